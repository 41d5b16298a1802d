import { render } from 'preact';
import { App } from './App';
import { applyTheme } from './ui/theme';

applyTheme();
const root = document.getElementById('app');
if (root) render(<App />, root);
