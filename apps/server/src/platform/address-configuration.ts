/** Where the portal listens, and where people and the operator reach it. */
import type { Reader } from './configuration-reader.ts'

export interface AddressConfiguration {
  readonly host: string
  /** 0 lets the system choose; `startServer` answers with the real address. */
  readonly port: number
  /** As people reach it, without a slash at the end. Null: `http://localhost:<port>`. */
  readonly publicUrl: string | null
  /** Where figures and the description of every route are answered, and nothing else. */
  readonly operator: { readonly host: string; readonly port: number }
}

const portMax = 65_535
/** The four after the portal's own are the stand-ins' in development. */
const operatorPortAfter = 5

export const readAddresses = (
  { text, missing, integer, url }: Reader,
  production: boolean,
): AddressConfiguration => {
  const publicUrl = url('PUBLIC_URL', production ? ['https:'] : ['https:', 'http:'])
  if (production && text('PUBLIC_URL') === null) {
    missing('PUBLIC_URL', 'https address people reach this portal at')
  }
  const port = integer('PORT', 8080, 0, portMax)
  const operatorPort = port === 0 ? 0 : Math.min(port + operatorPortAfter, portMax)
  return {
    host: text('HOST') ?? (production ? '0.0.0.0' : '127.0.0.1'),
    port,
    publicUrl,
    operator: {
      host: text('OPERATOR_HOST') ?? '127.0.0.1',
      port: integer('OPERATOR_PORT', operatorPort, 0, portMax),
    },
  }
}
