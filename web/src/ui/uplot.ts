// A chunk of its own: fetched with the first plot.
export { default } from 'uplot';
