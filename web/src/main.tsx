import { render } from 'preact';
import { App } from './App';
import { startLanguage } from './language';
import { applyTheme } from './ui/theme';

applyTheme();
const root = document.getElementById('app');
if (root) void startLanguage().then(() => render(<App />, root));
