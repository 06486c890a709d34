/** What has been started and is to be ended, the last first, whatever fails in between. */
export interface Closers {
  add(close: () => Promise<void>): void
  /** @throws the first failure, once everything has been tried */
  closeAll(): Promise<void>
}

export const makeClosers = (): Closers => {
  const pending: (() => Promise<void>)[] = []
  return {
    add(close) {
      pending.push(close)
    },
    async closeAll() {
      const failures: unknown[] = []
      for (const close of pending.splice(0).reverse()) {
        try {
          await close()
        } catch (error) {
          failures.push(error)
        }
      }
      if (failures.length > 0) throw failures[0]
    },
  }
}
