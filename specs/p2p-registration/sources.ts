/** The cover letter of the series under review. */
export { RFC0 } from '../../machines/p2p-registration/rfc.ts';
