/** Papers of people who do not exist: certificates that a real portal issued, drawn as codes. */
import { routes, type ScreeningAnswer } from '@sidep/contracts'
import bwip from 'bwip-js/node'
import { encode } from 'uqr'
import { makeConnection } from '../connection.ts'
import type { PortalProcess } from '../portal-process.ts'
import { inventScreening } from '../screenings.ts'
import { openCounters } from '../signed-sessions.ts'
import type { CodeGrid } from './paper.ts'

export interface IssuedCode {
  readonly grid: CodeGrid
  readonly text: string
  /** DD/MM/YYYY, as the verifier shows it; none is on two codes. */
  readonly birthDate: string
}

const qrGrid = (text: string): CodeGrid => ({
  kind: 'qr',
  rows: encode(text, { ecc: 'M', boostEcc: true, border: 0 }).data,
})

const dataMatrixGrid = (text: string): CodeGrid => {
  // One number a module, row by row: the encoder's own raw form.
  const [drawn] = bwip.raw({ bcid: 'datamatrix', text })
  if (drawn === undefined || !('pixs' in drawn)) throw new Error('no DataMatrix was drawn')
  const { pixs, pixx } = drawn
  const rows = Array.from({ length: pixs.length / pixx }, (_, row) =>
    pixs.slice(row * pixx, (row + 1) * pixx).map((module) => module === 1),
  )
  return { kind: 'datamatrix', rows }
}

/** One person a code, so that none is taken for the other code of the last; born on days that follow each other. */
const birthDayOf = (index: number): Date => new Date(Date.UTC(1960, 0, 1 + index * 97))

/** Records screenings at a portal, and takes the QR code of every other and the DataMatrix of the rest. */
export const issueCodes = async (portal: PortalProcess, count: number): Promise<IssuedCode[]> => {
  const [counter] = await openCounters(portal.dataDirectory, 1)
  if (counter === undefined) throw new Error('no session was made')
  const { url } = portal
  const headers = { 'content-type': 'application/json', origin: url, cookie: counter.cookie }
  const connection = makeConnection(url, 30_000)
  const codes: IssuedCode[] = []
  try {
    for (let index = 0; index < count; index += 1) {
      const screening = inventScreening(index, new Date())
      const [birthDate = ''] = birthDayOf(index).toISOString().split('T')
      const body = JSON.stringify({ ...screening, person: { ...screening.person, birthDate } })
      const asked = { method: 'POST', path: routes.screenings, headers, body } as const
      const { status, text } = await connection.ask(asked)
      if (status !== 201) throw new Error(`not recorded: ${status} ${text}`)
      const { certificate } = JSON.parse(text) as ScreeningAnswer
      const { hcert, twoddoc } = certificate ?? {}
      if (typeof hcert !== 'string' || twoddoc === undefined) throw new Error('no certificate')
      codes.push({
        grid: index % 2 === 0 ? qrGrid(hcert) : dataMatrixGrid(twoddoc),
        text: index % 2 === 0 ? hcert : twoddoc,
        birthDate: birthDate.split('-').reverse().join('/'),
      })
    }
  } finally {
    await connection.close()
  }
  return codes
}
