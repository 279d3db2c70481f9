/** Where the generated tests are kept, below the package. */
export const GENERATED_TESTS = 'generated-tests';
