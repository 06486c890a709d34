/** The part of the configuration that opens the way in of laboratories. */
import { resolve } from 'node:path'
import { connectionBounds, laboratoryResultsPerSecond } from '@sidep/admission'
import type { Reader } from './configuration-reader.ts'

export interface LaboratoryConfiguration {
  readonly host: string
  /** Where MLLP over TLS is spoken; 0 lets the system choose. */
  readonly port: number
  /** Where FHIR is spoken, over HTTPS; 0 lets the system choose. */
  readonly fhirPort: number
  /** Origin that laboratories reach it by: what is published has its address below. Null: localhost and the port. */
  readonly fhirUrl: string | null
  /** Of its own figures, on the address of the portal's operator; 0 lets the system choose. */
  readonly operatorPort: number
  /** JSON file: which certificates are whose. Read again when it changes. */
  readonly directory: string
  /** PEM file: the authorities that issue certificates to laboratories. */
  readonly authority: string
  readonly tls: { readonly certificate: string; readonly key: string }
  /** Connections at once; more are dropped before their handshake. */
  readonly connectionsMax: number
  /** Results a second of all laboratories together, in this process; more wait. */
  readonly perSecond: number
}

const portMax = 65_535

/**
 * Reads the settings of laboratories.
 *
 * @param host where the portal itself listens
 * @returns null without LABORATORY_DIRECTORY: then there is no such way in
 */
export const readLaboratoryConfiguration = (
  { text, missing, integer, url }: Reader,
  workingDirectory: string,
  host: string,
): LaboratoryConfiguration | null => {
  const directory = text('LABORATORY_DIRECTORY')
  if (directory === null) return null
  const file = (key: string, hint: string): string =>
    resolve(workingDirectory, text(key) ?? missing(key, hint))
  const port = integer('LABORATORY_PORT', 2_575, 0, portMax)
  const beside = (distance: number): number => (port === 0 ? 0 : Math.min(port + distance, portMax))
  return {
    host: text('LABORATORY_HOST') ?? host,
    port,
    fhirPort: integer('LABORATORY_FHIR_PORT', beside(2), 0, portMax),
    fhirUrl: url('LABORATORY_FHIR_URL', ['https:']),
    operatorPort: integer('LABORATORY_OPERATOR_PORT', beside(1), 0, portMax),
    directory: resolve(workingDirectory, directory),
    authority: file('LABORATORY_AUTHORITY', 'PEM file: who issues certificates to laboratories'),
    tls: {
      certificate: file('LABORATORY_TLS_CERTIFICATE', 'PEM file: certificate and its chain'),
      key: file('LABORATORY_TLS_KEY', 'PEM file of the private key'),
    },
    connectionsMax: integer('LABORATORY_CONNECTIONS_MAX', connectionBounds.laboratory, 1, 100_000),
    perSecond: integer('LABORATORY_PER_SECOND', laboratoryResultsPerSecond.all, 1, 1_000_000),
  }
}
