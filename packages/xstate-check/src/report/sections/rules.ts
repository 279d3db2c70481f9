import { own } from '../../base/own.ts';
import { formatScope } from '../../catalogue/catalogue.ts';
import { saysBroken } from '../../catalogue/known.ts';
import { inWords } from '../../specification/predicate.ts';
import type { Property } from '../../specification/property.ts';
import { type Inline, paragraph, type Section, type Text } from '../document.ts';
import type { Review } from '../review.ts';
import { propertyAnchor, runLinks, systemAnchor } from './verdicts.ts';

/** Every property of every system in words, with its source and what was found. */
export function rulesSection(review: Review): Section {
  return {
    id: 'rules',
    title: 'The properties, in words',
    blocks: [
      paragraph(
        'An invariant holds in every reachable state; a monitor, which watches, never reaches a violation; rest: every thread can always come back to rest; leads-to: what is owed comes on every fair run; totality: a call has exactly one answer besides those that the environment chooses; refinement: every run is one that the contract allows. A rule that was never put to the test is vacuous, and fails.',
      ),
    ],
    sections: review.judged.map((judged) => systemRules(review, judged)),
  };
}

function systemRules(review: Review, judged: Review['judged'][number]): Section {
  const { family, result, expectation } = judged;
  return {
    id: systemAnchor('rules', judged),
    title: `${family.name}: ${family.title}`,
    short: family.name,
    blocks: [
      {
        kind: 'details',
        summary: [
          `${result.properties.length} properties at revision ${result.revision}, ${formatScope(result.scope) || 'no scope'}`,
        ],
        blocks: [
          {
            kind: 'table',
            caption: `The properties of ${family.name}`,
            head: ['property', 'rule', 'says', 'found', 'source'],
            rows: result.properties.map(({ property, verdict }) => ({
              id: propertyAnchor(judged, property.id),
              cells: [
                [{ code: property.id }, `\n${property.kind}`],
                [property.rule ?? ''],
                sentenceOf(property),
                found(review, verdict, own(expectation?.properties, property.id)),
                [property.source],
              ],
            })),
          },
        ],
      },
    ],
  };
}

function sentenceOf(property: Property): Text {
  const formal: Inline[] =
    'when' in property
      ? ['\n', { code: `${inWords(property.when)} → ${inWords(property.then)}` }]
      : [];
  const consequence = property.consequence ? [`\nIf it breaks: ${property.consequence}`] : [];
  return [property.title, ...formal, ...consequence];
}

function found(review: Review, verdict: string, wanted: string | undefined): Text {
  const mark = verdict === 'holds' ? 'good' : verdict === 'broken' ? 'bad' : 'unknown';
  const isKnown = wanted !== undefined && saysBroken(wanted);
  const isExpected = verdict === (isKnown ? 'broken' : 'holds');
  const by: Inline[] =
    isKnown && verdict === 'broken' ? [' by ', ...runLinks(review, wanted.split(', '))] : [];
  const expected: Inline[] = isExpected
    ? []
    : [', ', { mark: 'bad', text: `expected: ${isKnown ? `broken (${wanted})` : 'holds'}` }];
  return [{ mark, text: verdict }, ...by, ...expected];
}
