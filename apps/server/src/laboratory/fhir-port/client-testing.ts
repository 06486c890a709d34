/** A laboratory's software that sends FHIR, for tests. */
import { readFile } from 'node:fs/promises'
import type { LaboratoryFiles } from '@sidep/dev'
import { Client } from 'undici'
import { isObject, type JsonObject } from '../fhir/validate.ts'

export interface FhirAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: JsonObject
}

export interface FhirClient {
  /** @param path below the base */
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<FhirAnswer>
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<FhirAnswer>
  ask(
    method: string,
    path: string,
    body: string | Uint8Array | null,
    headers: Readonly<Record<string, string>>,
  ): Promise<FhirAnswer>
  close(): Promise<void>
}

export const fhirJson = 'application/fhir+json'

/** Issues of an outcome as `expression rule`. */
export const issuesIn = ({ issue }: JsonObject): string[] =>
  (Array.isArray(issue) ? issue : []).map(({ expression: [where] = [''], details, code }) => {
    const rule = details?.coding?.[0]?.code
    return rule === undefined ? String(code) : `${where} ${rule}`
  })

export const openFhirClient = async (
  port: number,
  files: Pick<LaboratoryFiles, 'authority' | 'certificate' | 'privateKey'>,
): Promise<FhirClient> => {
  const [ca, cert, key] = await Promise.all(
    [files.authority, files.certificate, files.privateKey].map((file) => readFile(file, 'utf8')),
  )
  const tls = { ca, cert, key, servername: 'localhost' }
  const client = new Client(`https://127.0.0.1:${port}`, { connect: tls })
  const ask: FhirClient['ask'] = async (method, path, body, headers) => {
    const answer = await client.request({
      method: method as 'GET',
      path: `/fhir${path}`,
      body,
      headers,
    })
    const text = await answer.body.text()
    const parsed: unknown = text === '' ? {} : JSON.parse(text)
    if (!isObject(parsed)) throw new Error('no resource')
    return { status: answer.statusCode, headers: answer.headers, body: parsed }
  }
  return {
    ask,
    get: (path, headers = {}) => ask('GET', path, null, headers),
    post: (path, body, headers = {}) =>
      ask('POST', path, JSON.stringify(body), { 'content-type': fhirJson, ...headers }),
    close: () => client.destroy(),
  }
}
