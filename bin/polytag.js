#!/usr/bin/env node
// The executable `polytag`. Plain JavaScript, because it also runs where nothing has been compiled yet.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const program = new URL('../dist/cli/main.js', import.meta.url);

// A reader such as head leaves when it has enough; then this ends as other programs do on SIGPIPE, without a word.
process.stdout.on('error', (error) => {
  if (error.code === 'EPIPE') process.exit(141);
  throw error;
});

if (existsSync(fileURLToPath(program))) {
  const { endOnSignals, main } = await import(program.href);
  endOnSignals();
  process.exitCode = await main(process.argv.slice(2));
} else {
  process.stderr.write(
    'polytag is not built yet: run "npm run setup" in its folder, then the same command again.\n',
  );
  process.exitCode = 1;
}
