/**
 * Runs work side by side and gives its results in the order of the input: WebCrypto works on other
 * threads while the next lines are read.
 */
export class OrderedWork<Result> {
  readonly #open: Promise<Result>[] = []
  readonly #atOnceMax: number
  readonly #deliver: (result: Result) => Promise<void>

  constructor(atOnceMax: number, deliver: (result: Result) => Promise<void>) {
    this.#atOnceMax = atOnceMax
    this.#deliver = deliver
  }

  /** Takes one more; waits first when as many as permitted are open. */
  async add(work: Promise<Result>): Promise<void> {
    this.#open.push(work)
    if (this.#open.length >= this.#atOnceMax) await this.#deliverFirst()
  }

  async drain(): Promise<void> {
    while (this.#open.length > 0) await this.#deliverFirst()
  }

  async #deliverFirst(): Promise<void> {
    const first = this.#open.shift()
    if (first !== undefined) await this.#deliver(await first)
  }
}
