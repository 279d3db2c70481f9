import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import type { Overview } from '../src/inspect/protocol.ts';
import { useGet } from './api.ts';
import { Help } from './help.tsx';
import { useShortcuts } from './keys.ts';
import { ComparePage } from './pages/compare.tsx';
import { FindingsPage } from './pages/findings.tsx';
import { MatrixPage } from './pages/matrix.tsx';
import { OverviewPage } from './pages/overview.tsx';
import { SuitePage } from './pages/suite.tsx';
import { hrefOf, navigate, type Route, useRoute } from './route.ts';
import { Search } from './search.tsx';
import { useTheme } from './theme.ts';
import { Problem, Waiting } from './ui.tsx';

const MachinePage = lazy(() => import('./pages/machine.tsx'));
const PlayPage = lazy(() => import('./pages/play.tsx'));
const RunPage = lazy(() => import('./pages/run.tsx'));
const ActorsPage = lazy(() => import('./pages/actors.tsx'));

const LINKS = [
  ['', 'Overview', 'o'],
  ['matrix', 'Matrix', 'm'],
  ['compare', 'Designs', 'd'],
  ['findings', 'Findings', 'f'],
  ['actors', 'Actors', 'a'],
] as const;

export function App() {
  const route = useRoute();
  const overview = useGet<Overview>('api/overview');
  const [dialog, setDialog] = useState<'search' | 'help' | undefined>();
  const [theme, nextTheme] = useTheme();
  const main = useRef<HTMLElement>(null);
  // Where no designs are compared there is no such page.
  const hasDesigns = (overview.data?.comparisons.length ?? 0) > 0;
  const links = LINKS.filter(([page]) => page !== 'compare' || hasDesigns);
  useOpening(overview.data?.open);
  useTitle(route, overview.data?.program);
  useShortcuts([
    { key: '/', group: 'Everywhere', does: 'search', run: () => setDialog('search') },
    { key: '?', group: 'Everywhere', does: 'this list', run: () => setDialog('help') },
    { key: 't', group: 'Everywhere', does: 'theme: system, light, dark', run: nextTheme },
    ...links.map(([page, name, letter]) => ({
      key: `g ${letter}`,
      group: 'Everywhere',
      does: `go to: ${name}`,
      run: () => navigate(hrefOf(page)),
    })),
  ]);
  return (
    <>
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <header className="top">
        <a className="home" href="#/">
          {overview.data?.program} <span className="dim">inspect</span>
        </a>
        <nav aria-label="Pages">
          {links.map(([page, name]) => (
            <a
              key={page}
              href={hrefOf(page)}
              aria-current={route.page === page ? 'page' : undefined}
            >
              {name}
            </a>
          ))}
        </nav>
        <div className="top-tools">
          <button type="button" onClick={() => setDialog('search')}>
            Search <kbd>/</kbd>
          </button>
          <button
            type="button"
            onClick={nextTheme}
            title="Theme (t)"
            aria-label={`Theme: ${theme}`}
          >
            <span className="wide">Theme: {theme}</span>
            <span className="narrow">
              {theme === 'system' ? '◐ auto' : theme === 'light' ? '☀ light' : '☾ dark'}
            </span>
          </button>
          <button type="button" onClick={() => setDialog('help')} aria-label="Keyboard shortcuts">
            ?
          </button>
        </div>
      </header>
      <main ref={main} id="main" tabIndex={-1}>
        {overview.error !== undefined && <Problem text={overview.error} />}
        <Suspense fallback={<Waiting />}>{pageOf(route)}</Suspense>
      </main>
      {dialog === 'search' && <Search onClose={() => setDialog(undefined)} />}
      {dialog === 'help' && <Help onClose={() => setDialog(undefined)} />}
    </>
  );
}

function pageOf(route: Route): ReactNode {
  const { page, name } = route;
  const key = `${page}/${name}`;
  switch (page) {
    case '':
      return <OverviewPage />;
    case 'machine':
      return <MachinePage key={key} route={route} />;
    case 'system':
    case 'fault':
    case 'play':
      return <PlayPage key={key} route={route} />;
    case 'counterexample':
    case 'path':
      return <RunPage key={key} route={route} />;
    case 'suite':
      return <SuitePage key={key} name={name} />;
    case 'matrix':
      return <MatrixPage />;
    case 'compare':
      return <ComparePage key={key} route={route} />;
    case 'findings':
      return <FindingsPage />;
    case 'actors':
      return <ActorsPage />;
    default:
      return (
        <div className="page">
          <h1>No such page</h1>
          <p>
            There is no page <code>{page}</code>. <a href="#/">The overview</a> has what there is.
          </p>
        </div>
      );
  }
}

/** Where the command said to begin, if the address says nothing. */
function useOpening(open: string | undefined): void {
  const done = useRef(window.location.hash !== '');
  useEffect(() => {
    if (open === undefined || done.current) return;
    done.current = true;
    if (window.location.hash === '') navigate(open, 'replace');
  }, [open]);
}

function useTitle({ page, name }: Route, program = 'xstate-check'): void {
  useEffect(() => {
    const what = [name, page === '' ? 'overview' : page].filter(Boolean).join(' · ');
    document.title = `${what} · ${program} inspect`;
  }, [page, name, program]);
}
