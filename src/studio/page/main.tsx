/** The studio's page. */
import { render } from 'preact';
import 'virtual:palette.css';
import './style.css';
import { App } from './app.js';

render(<App />, document.getElementById('app')!);
