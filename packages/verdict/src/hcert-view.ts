import type { CwtClaims } from '@sidep/encoding'
import type { Dcc } from '@sidep/hcert'
import type { CertificateView } from './verdict.ts'

/** What may be shown of an EU certificate: the name as written, else as transliterated. */
export const viewOfDcc = (dcc: Dcc, claims: CwtClaims): CertificateView => {
  return {
    format: 'hcert',
    kind: dcc.entry.kind,
    ...personOfDcc(dcc),
    issuer: claims.iss ?? dcc.entry.country,
  }
}

/** What every certificate with a DCC inside shows of it, and apart from that its health facts. */
export const personOfDcc = (
  dcc: Dcc,
): Pick<CertificateView, 'familyName' | 'firstNames' | 'birthDate' | 'id' | 'medical'> => {
  const { t, v, r } = dcc.canonical
  return {
    familyName: dcc.name.fn ?? readable(dcc.name.fnt),
    firstNames: dcc.name.gn ?? readable(dcc.name.gnt),
    birthDate: dcc.dateOfBirth,
    id: dcc.entry.uvci,
    medical: {
      ...(t !== undefined && { t }),
      ...(v !== undefined && { v }),
      ...(r !== undefined && { r }),
    },
  }
}

/** ICAO 9303 part 3 §4.6: `<` stands for the space between names. */
const readable = (transliterated = ''): string => transliterated.replaceAll(/<+/g, ' ').trim()
