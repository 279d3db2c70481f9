import { type ComponentProps, Fragment, type ReactNode, type Ref, useId, useState } from 'react';

/** A part of the page with a title, that scrolls by itself where there is room. */
export function Panel({
  title,
  className,
  count,
  aside,
  plain,
  children,
}: {
  readonly title: string;
  readonly className: string;
  readonly count?: number;
  readonly aside?: ReactNode;
  /** Its content scrolls itself. */
  readonly plain?: boolean;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={`panel ${className}`} aria-labelledby={id}>
      <header className="panel-head">
        <h2 id={id}>
          {title}
          {count !== undefined && <span className="dim"> {count}</span>}
        </h2>
        {aside}
      </header>
      {plain ? (
        <div className="panel-body plain-body">{children}</div>
      ) : (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot scroll
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by the keyboard
        <div className="panel-body" tabIndex={0} role="group" aria-labelledby={id}>
          {children}
        </div>
      )}
    </section>
  );
}

/** A table that is wider or longer than the window. */
export function Scrolling({
  label,
  className = '',
  ref,
  children,
}: {
  readonly label: string;
  readonly className?: string;
  readonly ref?: Ref<HTMLElement>;
  readonly children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by the keyboard
    <section className={`table-wrap ${className}`} tabIndex={0} aria-label={label} ref={ref}>
      {children}
    </section>
  );
}

export function Problem({ text }: { readonly text: string }) {
  return (
    <p className="problem" role="alert">
      <span aria-hidden="true">⚠ </span>
      {text}
    </p>
  );
}

/** Instead of a page that cannot be shown. */
export function ProblemPage({
  text,
  children,
}: {
  readonly text: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className="page">
      <h1>This cannot be shown</h1>
      <Problem text={text} />
      {children}
    </div>
  );
}

export function Waiting() {
  return (
    <p className="waiting" role="status">
      Loading …
    </p>
  );
}

export function CopyButton({
  text,
  name = 'Copy',
}: {
  /** A text that is made when it is wanted is asked for. */
  readonly text: string | (() => string | Promise<string>);
  readonly name?: string;
}) {
  const [copied, setCopied] = useState<'no' | 'copied' | 'failed'>('no');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : await text());
      setCopied('copied');
    } catch {
      setCopied('failed');
    }
    window.setTimeout(() => setCopied('no'), 1500);
  };
  return (
    <button type="button" className="small copy" onClick={() => void copy()}>
      {{ no: name, copied: '✓ copied', failed: '✗ not copied' }[copied]}
    </button>
  );
}

/** A long name of the source, which may be broken where a reader would: `a_b(c->d)`. */
export function Breakable({ text }: { readonly text: string }) {
  const pieces = text.split(/(?<=->|[_(@.:,])(?=\w)/);
  return pieces.map((piece, index) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {piece}
    </Fragment>
  ));
}

/** A button that keeps the focus where it cannot be pressed any more. */
export function Press({
  off,
  onClick,
  ...rest
}: Omit<ComponentProps<'button'>, 'onClick' | 'disabled'> & {
  readonly off: boolean;
  readonly onClick: () => void;
}) {
  return (
    <button type="button" {...rest} aria-disabled={off} onClick={() => off || onClick()}>
      {rest.children}
    </button>
  );
}
