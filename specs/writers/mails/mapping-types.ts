import { again, nothing, paragraph, type Row, says } from './mail.ts';

const NOT_YET = 'not yet: mapping-types';
const VIVEK = 'Vivek Kasireddy';
const JASON = 'Jason Gunthorpe';

const compatibility: readonly Row[] = [
  paragraph(
    '9a6b456bc01c',
    VIVEK,
    says('what is compatible with scatterlists seems of no use, when they are to go', NOT_YET),
  ),
  paragraph(
    '67e03be14e09',
    JASON,
    says('scatterlists go by first being one mapping type among others', NOT_YET),
  ),
  paragraph('c681fa3e7f08', JASON, says('a special case would be harder to take out', NOT_YET)),
  paragraph(
    'e914e043d9d2',
    JASON,
    says('next, every exporter declares the type itself', NOT_YET),
    says('then the operations for scatterlists and what attach adds for them go', NOT_YET),
  ),
  paragraph(
    'dd788e0944f9',
    VIVEK,
    says(
      'compatibility, and drivers that declare the type, should come in a later series',
      NOT_YET,
    ),
  ),
  paragraph(
    '9d1658ee7b27',
    'Christian König',
    says('compatibility comes first', NOT_YET),
    says('what exists has to work with the new interface before anything new does', NOT_YET),
  ),
  paragraph(
    '566a1ae00ea4',
    JASON,
    says('an importer of scatterlists alone gets a list of matches from the core', NOT_YET),
  ),
  paragraph(
    'c908e5d22a90',
    JASON,
    says('neither importers nor exporters have code for the other kind', NOT_YET),
  ),
  paragraph(
    'e0f31fcf0318',
    JASON,
    says(
      'a converter of the core stands between an exporter of one type and an importer of another',
      NOT_YET,
    ),
  ),
  paragraph(
    '7d335ba4e54b',
    JASON,
    says('drivers change over in any order and go on working with each other', NOT_YET),
  ),
  paragraph(
    '6f17a92fadcb',
    VIVEK,
    says('where nothing matches, both sides could go back to what they do today', NOT_YET),
  ),
  paragraph('ab840a525d52', JASON, says('an importer has no third path', NOT_YET)),
  paragraph(
    '32ab738ec7a1',
    JASON,
    says('an importer that can take a scatterlist says so, and always gets a match', NOT_YET),
  ),
  paragraph(
    'aa2075dc1d67',
    JASON,
    says('it needs no code for a scatterlist that is a little different', NOT_YET),
  ),
];

const operations: readonly Row[] = [
  paragraph(
    '671800845b6a',
    VIVEK,
    says(
      'P2P is there already: an importer says that it allows it, and maps',
      '`only-p2p-attach-0`, `map_attachment`: that of 7.3',
    ),
    says('so it should be left as it is', NOT_YET),
  ),
  paragraph(
    '51b885696324',
    JASON,
    says('P2P belongs to the type of scatterlists', NOT_YET),
    says('what exporters do about it goes when none uses it any more', NOT_YET),
  ),
  paragraph(
    '612828a545ee',
    VIVEK,
    says('attach and detach of each type could be those that there are, which then match', NOT_YET),
  ),
  paragraph(
    '29696fa0d4d2',
    JASON,
    says('attach and detach differ from type to type, so each type has its own', NOT_YET),
  ),
  paragraph(
    '3d583c2b3be9',
    JASON,
    says('types may share one function, which finds the type in the attachment', NOT_YET),
  ),
  paragraph(
    'e4e680a2873b',
    VIVEK,
    says('the core has no map for all types, perhaps as it cannot know what comes back', NOT_YET),
  ),
  paragraph(
    'a77360b5300c',
    JASON,
    says('no single map: each type has operations, types and signatures of its own', NOT_YET),
    says('the importer calls them itself', NOT_YET),
  ),
  paragraph(
    '676b2773fa26',
    JASON,
    says('no address is kept in what was made for another kind', NOT_YET),
  ),
  paragraph(
    '556eb3964f84',
    VIVEK,
    says('a new type needs attach, detach, match, map and unmap of its own, and no more', NOT_YET),
    says('then exporters, not the core, check for dynamic importers and the lock', NOT_YET),
  ),
  paragraph(
    '2e2ddfe09918',
    JASON,
    says('the core keeps helpers for what is common to the calls', NOT_YET),
  ),
  paragraph(
    '416831199716',
    JASON,
    says(
      'who takes a mapping type has to be a dynamic importer',
      `who attaches to vfio-pci has to be one today: \`attachment_no_callback\`, \`refused\`; ${NOT_YET}`,
    ),
  ),
];

/** How mapping types are to replace scatterlists. */
export const mappingTypes: readonly Row[] = [
  nothing('6b74593f9457', 'who wrote what follows'),
  nothing('a3011c5089d9', 'greeting'),
  nothing('45d3ca83bbc5', 'subject'),
  nothing('3d271d26e4de', 'who wrote what follows'),
  nothing('c0c219e4feb6', 'announces a list'),
  ...compatibility,
  ...operations,
  nothing('250cfb2deb8b', 'messages of commits'),
  nothing('c0cc508b842a', 'says what comes next'),
  again('d4d8d3571e09'),
  nothing('1aa7b1c1d5fb', 'thanks'),
  nothing('7fa8a6e9fde2', 'signature'),
];
