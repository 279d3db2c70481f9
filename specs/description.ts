/** What is specified, in one sentence. */
export const description =
  'An executable specification of how Linux shares PCI device memory peer to peer';
