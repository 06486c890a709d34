import { Client, type PublicKey } from './client.ts'

/** Everybody who signed up. */
export class Clients {
  readonly #byId = new Map<string, Client>()
  readonly #now: () => number
  constructor(now: () => number) {
    this.#now = now
  }

  async signUp(name: string, key: PublicKey): Promise<Client> {
    const client = await Client.open(name, key, this.#now)
    this.#byId.set(client.id, client)
    return client
  }

  get(id: string): Client | undefined {
    return this.#byId.get(id)
  }

  withToken(token: string): Client | undefined {
    return [...this.#byId.values()].find((client) => client.hasToken(token))
  }

  decide(userCode: string, decision: 'accepted' | 'refused'): boolean {
    return [...this.#byId.values()].some((client) => client.decide(userCode, decision))
  }
}
