import { Dialog } from './dialog.tsx';
import { shortcutsShown } from './keys.ts';

const NAMES: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
};

export function Help({ onClose }: { readonly onClose: () => void }) {
  const shown = shortcutsShown().filter(({ does }) => does !== '');
  const groups = Map.groupBy(shown, ({ group }) => group);
  return (
    <Dialog title="Keyboard shortcuts" className="help" onClose={onClose}>
      <header className="panel-head">
        <h2>Keyboard</h2>
        <form method="dialog">
          <button type="submit">
            Close <kbd>Esc</kbd>
          </button>
        </form>
      </header>
      <div className="help-groups">
        {[...groups].map(([group, shortcuts]) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {shortcuts.map(({ key, does }) => (
                <div key={key}>
                  <dt>
                    {key.split(' ').map((part) => (
                      <kbd key={part}>{NAMES[part] ?? part}</kbd>
                    ))}
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <section>
          <h3>In a diagram</h3>
          <p>
            Tab goes from state to state and arrow to arrow, Enter selects. The wheel or two fingers
            zoom, dragging moves.
          </p>
        </section>
      </div>
      <p className="dim">
        The page asks only the server that it came from. Drawn with React Flow; laid out by ELK.
      </p>
    </Dialog>
  );
}
