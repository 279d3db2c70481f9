import { again, nothing, paragraph, type Row, says } from './mail.ts';

const VIVEK = 'Vivek Kasireddy';
const JASON = 'Jason Gunthorpe';

const compatibility: readonly Row[] = [
  paragraph(
    '9a6b456bc01c',
    VIVEK,
    says(
      'what is compatible with scatterlists seems of no use, when they are to go',
      '`typed-attachment`: a list of one SGT is how an importer of today attaches; left out, `sgt-left-alone`',
    ),
  ),
  paragraph(
    '67e03be14e09',
    JASON,
    says(
      'scatterlists go by first being one mapping type among others',
      '`match_lists`: SGT is an entry like PAL and IOV',
    ),
  ),
  paragraph(
    'c681fa3e7f08',
    JASON,
    says(
      'a special case would be harder to take out',
      '`sgt-left-alone`: what the special case breaks',
    ),
  ),
  paragraph(
    'e914e043d9d2',
    JASON,
    says(
      'next, every exporter declares the type itself',
      '`match_lists`: the exporter offers SGT; an exporter that offers nothing matches nothing',
    ),
    says(
      'then the operations for scatterlists and what attach adds for them go',
      'not asked: which code goes when nobody uses it is no behaviour',
    ),
  ),
  paragraph(
    'dd788e0944f9',
    VIVEK,
    says(
      'compatibility, and drivers that declare the type, should come in a later series',
      '`sgt-left-alone`: attach in two ways, until then',
    ),
  ),
  paragraph(
    '9d1658ee7b27',
    'Christian König',
    says(
      'compatibility comes first',
      '`sgt-pair-matches`, which every design keeps that matches at attach',
    ),
    says(
      'what exists has to work with the new interface before anything new does',
      '`sgt-pair-matches`, `errno-as-today`: the second is broken by what was posted (F-B22)',
    ),
  ),
  paragraph(
    '566a1ae00ea4',
    JASON,
    says(
      'an importer of scatterlists alone gets a list of matches from the core',
      '`mapping_attach`; `test/match-table.test.ts`: lists of one SGT',
    ),
  ),
  paragraph(
    'c908e5d22a90',
    JASON,
    says(
      'neither importers nor exporters have code for the other kind',
      '`one-path`, `own-operation`',
    ),
  ),
  paragraph(
    'e0f31fcf0318',
    JASON,
    says(
      'a converter of the core stands between an exporter of one type and an importer of another',
      '`types-converters`, `addresses-stay-in-core`',
    ),
  ),
  paragraph(
    '7d335ba4e54b',
    JASON,
    says(
      'drivers change over in any order and go on working with each other',
      '`test/match-table.test.ts`: every pair of lists of at most three entries; `sgt-pair-matches`',
    ),
  ),
  paragraph(
    '6f17a92fadcb',
    VIVEK,
    says(
      'where nothing matches, both sides could go back to what they do today',
      '`three-paths`, `types-ic-v2`',
    ),
  ),
  paragraph(
    'ab840a525d52',
    JASON,
    says('an importer has no third path', '`one-path`; fault `three-paths`'),
  ),
  paragraph(
    '32ab738ec7a1',
    JASON,
    says(
      'an importer that can take a scatterlist says so, and always gets a match',
      '`sgt-pair-matches`: where the exporter offers one that fits',
    ),
  ),
  paragraph(
    'aa2075dc1d67',
    JASON,
    says(
      'it needs no code for a scatterlist that is a little different',
      '`one-path`; fault `B-17`',
    ),
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
    says('so it should be left as it is', '`sgt-left-alone`'),
  ),
  paragraph(
    '51b885696324',
    JASON,
    says('P2P belongs to the type of scatterlists', '`p2p-only-for-p2p`; fault `B-16`'),
    says(
      'what exporters do about it goes when none uses it any more',
      'not asked: which code goes when nobody uses it is no behaviour',
    ),
  ),
  paragraph(
    '612828a545ee',
    VIVEK,
    says(
      'attach and detach of each type could be those that there are, which then match',
      '`types-rfc`: so it was posted in 2026',
    ),
  ),
  paragraph(
    '29696fa0d4d2',
    JASON,
    says(
      'attach and detach differ from type to type, so each type has its own',
      '`types-branch`: no rule tells the two apart',
    ),
  ),
  paragraph(
    '3d583c2b3be9',
    JASON,
    says(
      'types may share one function, which finds the type in the attachment',
      '`type-when-listed`: it is there to be found; not asked: whether functions are shared',
    ),
  ),
  paragraph(
    'e4e680a2873b',
    VIVEK,
    says(
      'the core has no map for all types, perhaps as it cannot know what comes back',
      '`own-operation`; one map for all: `types-ic-v2`, F-B17',
    ),
  ),
  paragraph(
    'a77360b5300c',
    JASON,
    says(
      'no single map: each type has operations, types and signatures of its own',
      '`own-operation`; fault `B-07`',
    ),
    says(
      'the importer calls them itself',
      '`typed_importer`: the operation of the type of its attachment',
    ),
  ),
  paragraph(
    '676b2773fa26',
    JASON,
    says(
      'no address is kept in what was made for another kind',
      '`own-operation`, `addresses-stay-in-core`',
    ),
  ),
  paragraph(
    '556eb3964f84',
    VIVEK,
    says(
      'a new type needs attach, detach, match, map and unmap of its own, and no more',
      '`match_mapping`: match, if it has one, and finish_match; `match-errors`',
    ),
    says(
      'then exporters, not the core, check for dynamic importers and the lock',
      '`dynamic-for-new-types`, `map-under-resv`; who checks: F-B11',
    ),
  ),
  paragraph(
    '2e2ddfe09918',
    JASON,
    says(
      'the core keeps helpers for what is common to the calls',
      '`mapping_attach`; not asked: how functions are cut',
    ),
  ),
  paragraph(
    '416831199716',
    JASON,
    says(
      'who takes a mapping type has to be a dynamic importer',
      'who attaches to vfio-pci has to be one today: `attachment_no_callback`, `refused`; of a type: `dynamic-for-new-types`, F-B11',
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
