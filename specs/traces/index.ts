export { machines } from './machines.ts';
