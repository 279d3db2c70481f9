import { createRoot } from 'react-dom/client';
import '@xyflow/react/dist/base.css';
import './style/base.css';
import './style/pages.css';
import './style/player.css';
import './style/chart.css';
import { receiveFromWindow } from './actors/receive.ts';
import { App } from './app.tsx';
import { onKeyDown } from './keys.ts';
import { restoreTheme } from './theme.ts';

restoreTheme();
window.addEventListener('keydown', onKeyDown);
receiveFromWindow();
createRoot(document.getElementById('root')!).render(<App />);
