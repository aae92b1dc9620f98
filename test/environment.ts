import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

const { createContext } = vm;

/**
 * Jest's environment for Node with the plain global object that a program has.
 * Jest's own stands behind an interceptor, which makes every `Promise`, `Map` and `Error` in the code under
 * test a slow look-up: of the proofs with their thousands of runs it was a third of the time. So was the
 * trace of 100 frames of every error, which with ten is what production has.
 */
// biome-ignore lint/style/noDefaultExport: jest takes nothing else
export default class PlainEnvironment extends TestEnvironment {
  constructor(...parameters: ConstructorParameters<typeof TestEnvironment>) {
    Object.assign(vm, { createContext: () => createContext(vm.constants.DONT_CONTEXTIFY) });
    try {
      super(...parameters);
    } finally {
      Object.assign(vm, { createContext });
    }
    this.global.Error.stackTraceLimit = 10;
  }
}
