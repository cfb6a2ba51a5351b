/** What Vite makes of imports with a query. */
declare module '*?worker&url' {
  const url: string;
  export default url;
}
declare module '*?worker' {
  const Constructor: new () => Worker;
  export default Constructor;
}
declare module '*?url' {
  const url: string;
  export default url;
}
declare module 'virtual:palette.css' {}
declare module '*.css' {}
