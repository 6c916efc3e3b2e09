/** The bundler puts style sheets together. */
declare module '*.css';
