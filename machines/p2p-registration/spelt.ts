/**
 * Labels of which some are spelt out for each BAR and page: those by which a machine learns which one it
 * is, so that its context cannot fill them in.
 *
 * @param isSpelt - which labels of the list those are
 */
export function spelt(
  labels: readonly string[],
  isSpelt: (label: string) => boolean,
  { bars, pages }: { readonly bars: number; readonly pages: number },
): string[] {
  return labels.flatMap((label) => {
    if (!isSpelt(label)) return [label];
    const ofBars = label.includes('[b]')
      ? each(bars, (b) => label.replace('[b]', `[${b}]`))
      : [label];
    return ofBars.flatMap((one) =>
      one.includes('[p]') ? each(pages, (p) => one.replace('[p]', `[${p}]`)) : [one],
    );
  });
}

function each(count: number, of: (i: number) => string): string[] {
  return Array.from({ length: count }, (_, i) => of(i));
}
