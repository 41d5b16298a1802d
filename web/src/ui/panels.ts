// Key map and palette in one piece, fetched after the page.
export { KeyMap } from './KeyMap';
export { Palette } from './Palette';
