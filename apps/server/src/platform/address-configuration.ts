/** Where the portal listens, and where people and the operator reach it. */
import type { Reader } from './configuration-reader.ts'

export interface AddressConfiguration {
  readonly host: string
  /** 0 lets the system choose; `startServer` answers with the real address. */
  readonly port: number
  /** As people reach it, without a slash at the end. Null: `http://localhost:<port>`. */
  readonly publicUrl: string | null
  /** Of counter, person and verifier where they have origins of their own; null: `publicUrl`. */
  readonly origins: {
    readonly counter: string | null
    readonly person: string | null
    readonly verifier: string | null
  }
  /** Where figures and the description of every route are answered, and nothing else. */
  readonly operator: { readonly host: string; readonly port: number }
  /** Who is behind this portal, as its legal notice and its help say it; null: not told. */
  readonly publisher: Publisher
}

interface Publisher {
  /** Name, address and phone. */
  readonly name: string | null
  readonly director: string | null
  /** Name, address and phone. */
  readonly hosting: string | null
  /** How the data protection officer is reached. */
  readonly dataProtection: string | null
  /** How somebody who needs help reaches somebody. */
  readonly help: string | null
}

const portMax = 65_535
/** The four after the portal's own are the stand-ins' in development. */
const operatorPortAfter = 5

export const readAddresses = (
  { text, missing, wrong, integer, url }: Reader,
  production: boolean,
): AddressConfiguration => {
  const publicUrl = url('PUBLIC_URL', production ? ['https:'] : ['https:', 'http:'])
  if (production && text('PUBLIC_URL') === null) {
    missing('PUBLIC_URL', 'https address people reach this portal at')
  }
  const origin = (key: string): string | null => {
    const value = url(key, production ? ['https:'] : ['https:', 'http:'])
    if (value === null || new URL(value).origin === value) return value
    wrong(key, 'scheme, host and port alone, such as https://resultat.example')
    return null
  }
  const port = integer('PORT', 8080, 0, portMax)
  const operatorPort = port === 0 ? 0 : Math.min(port + operatorPortAfter, portMax)
  return {
    host: text('HOST') ?? (production ? '0.0.0.0' : '127.0.0.1'),
    port,
    publicUrl,
    origins: {
      counter: origin('COUNTER_ORIGIN'),
      person: origin('PERSON_ORIGIN'),
      verifier: origin('VERIFIER_ORIGIN'),
    },
    operator: {
      host: text('OPERATOR_HOST') ?? '127.0.0.1',
      port: integer('OPERATOR_PORT', operatorPort, 0, portMax),
    },
    publisher: {
      name: text('PUBLISHER'),
      director: text('PUBLICATION_DIRECTOR'),
      hosting: text('HOSTING_PROVIDER'),
      dataProtection: text('DATA_PROTECTION_CONTACT'),
      help: text('HELP_CONTACT'),
    },
  }
}
