import { callerNow, noteStruck, placeOf } from './struck-sites.ts';

/** What happens at one call: the process dies before or after it took effect, or the call fails. */
export type Fault = 'crash-before' | 'crash-after' | 'fail' | 'fail-after';

/** Every fault there is. */
export const faults: readonly Fault[] = ['crash-before', 'crash-after', 'fail', 'fail-after'];

/** One run of a function: calls are counted, and one of them can go wrong. */
export class Invocation {
  /** The process is gone: nothing it still does has an effect, and its result reaches nobody. */
  crashed = false;
  readonly #seam: FaultSeam;

  constructor(seam: FaultSeam) {
    this.#seam = seam;
  }

  /** A port whose every call passes the seam. */
  through<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        return typeof method === 'function'
          ? (...parameters: unknown[]) =>
              this.#call(
                `${target.constructor.name}.${String(name)}`,
                () => Reflect.apply(method, target, parameters),
                callerNow(),
              )
          : method;
      },
    });
  }

  async #call(site: string, perform: () => unknown, caller?: Error): Promise<unknown> {
    // As over a network: nothing takes effect in the moment it is asked for.
    await Promise.resolve();
    if (this.crashed) {
      throw new Error('The process is gone');
    }
    const fault = this.#seam.next(site, caller);
    if (fault === 'crash-before' || fault === 'fail') {
      this.crashed = fault === 'crash-before';
      throw new Error(fault);
    }
    const result = await perform();
    if (fault) {
      this.crashed = fault === 'crash-after';
      throw new Error(fault);
    }
    return result;
  }
}

/** Counts every call of every port, and says which of them goes wrong how. */
export class FaultSeam {
  calls = 0;
  /** While something is made ready: its calls are not counted, and none goes wrong. */
  isQuiet = false;
  /** Where a fault struck, as `Class.method`. */
  readonly struck: string[] = [];
  /** Every place that was called. */
  readonly sites = new Set<string>();
  readonly #plan: ReadonlyMap<number, Fault>;

  constructor(plan: ReadonlyMap<number, Fault> = new Map()) {
    this.#plan = plan;
  }

  /** @param caller made where the call was: see `callerNow` */
  next(site: string, caller?: Error): Fault | undefined {
    if (this.isQuiet) {
      return undefined;
    }
    this.calls++;
    this.sites.add(site);
    const fault = this.#plan.get(this.calls);
    if (fault) {
      this.struck.push(site);
      noteStruck(fault, caller);
    }
    return fault;
  }
}

/** Strikes each place whenever it is called, in another way each time, until it was struck in all. */
export class EverywhereSeam extends FaultSeam {
  readonly #times = new Map<string, number>();

  override next(site: string, caller?: Error): Fault | undefined {
    const place = placeOf(caller) ?? site;
    const times = this.#times.get(place) ?? 0;
    this.#times.set(place, times + 1);
    const fault = faults[times];
    if (fault) {
      this.struck.push(site);
      noteStruck(fault, caller);
    }
    return fault;
  }
}
