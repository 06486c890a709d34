/** What others trust us by, and what nobody else may read: certificates, signers, secrets. */
import { dayMilliseconds } from '@sidep/time'
import type { Facts } from './facts.ts'
import { type Check, type Finding, unsafe, warning } from './findings.ts'

type TrustCheck = Check<
  Pick<
    Facts,
    | 'now'
    | 'certificates'
    | 'silent'
    | 'signers'
    | 'secrets'
    | 'hasRootKey'
    | 'hasKeyModule'
    | 'isProduction'
  >
>

const daysUntil = (end: Date, now: Date): number =>
  Math.floor((end.getTime() - now.getTime()) / dayMilliseconds)

/** Renewal is tried from thirty days before (certbot); when this comes it has failed for two weeks. */
const tlsDaysWarned = 15
const tlsDaysMin = 3

export const checkTls: TrustCheck = ({ now, certificates, silent }) => [
  ...silent.map((address) =>
    warning(
      'PORTAL_UNREACHABLE',
      address,
      'nothing answers there with TLS',
      'see that the proxy runs, and PUBLIC_URL',
    ),
  ),
  ...certificates.flatMap(({ where, endsAt, fault, protocol }): Finding[] => {
    const days = endsAt === null ? Number.POSITIVE_INFINITY : daysUntil(endsAt, now)
    const renew = 'certbot renew, and see why it did not by itself (docs/operating/one-machine.md)'
    return [
      ...(days < tlsDaysMin
        ? [
            unsafe(
              'TLS_ENDS',
              where,
              days < 0 ? 'the certificate has expired' : `it ends in ${days} days`,
              renew,
            ),
          ]
        : days < tlsDaysWarned
          ? [warning('TLS_ENDS', where, `the certificate ends in ${days} days`, renew)]
          : []),
      ...(fault === null
        ? []
        : [
            unsafe(
              'TLS_CHAIN',
              where,
              fault,
              'PEM file: the certificate for that name, then its chain, and its own key',
            ),
          ]),
      ...(protocol === null || protocol === 'TLSv1.3'
        ? []
        : [
            warning(
              'TLS_OLD',
              where,
              `it speaks ${protocol}`,
              'TLS 1.3, as deploy/one-machine has it',
            ),
          ]),
    ]
  }),
]

/** Certificates are good for a year: a signer whose own ends sooner cuts them short. Eight days to publish the next. */
const dccDaysMin = 365 + 8
const signerDaysMin = 30
/** Rotating is a yearly exercise (docs/operating/keys.md). */
const signerAgeDaysMax = 400

export const checkSigners: TrustCheck = ({ now, signers, isProduction }) => {
  // Of each scope the newest counts: those before it are kept for what they signed.
  const newest = [...new Map(signers.map((signer) => [signer.scope, signer])).values()]
  return newest.flatMap((signer): Finding[] => {
    const { scope, name, endsAt, signsFrom, isDevelopment, signsRecovery, twoddocAuthority } =
      signer
    const days = daysUntil(endsAt, now)
    const rotate = `npx sidep keys --rotate ${scope}`
    const daysMin = scope === 'dcc' ? dccDaysMin : signerDaysMin
    const age = -daysUntil(signsFrom, now)
    return [
      ...(days < 0
        ? [
            unsafe(
              'SIGNER_ENDED',
              name,
              'its certificate has ended: nothing of it is accepted',
              rotate,
            ),
          ]
        : days < daysMin
          ? [warning('SIGNER_ENDS', name, `its certificate ends in ${days} days`, rotate)]
          : []),
      ...(age > signerAgeDaysMax
        ? [warning('SIGNER_OLD', name, `it has signed for ${age} days`, rotate)]
        : []),
      ...(isDevelopment && isProduction
        ? [
            unsafe(
              'SIGNER_DEVELOPMENT',
              name,
              'marked OU=Development',
              'make keys anew: npx sidep keys',
            ),
          ]
        : []),
      ...(scope === 'dcc' && !signsRecovery
        ? [
            warning(
              'SIGNER_NO_RECOVERY',
              name,
              'its certificate permits tests alone: certificates of recovery fail with ISSUANCE_FAILED',
              rotate,
            ),
          ]
        : []),
      ...(isProduction && twoddocAuthority === 'FR99'
        ? [
            warning(
              'SIGNER_UNNAMED',
              name,
              '2D-DOC codes carry the placeholder FR99',
              'put the register’s names into twoddoc.json, or rotate with --twoddoc',
            ),
          ]
        : []),
    ]
  })
}

/** Readable, writable or to be passed by others; the group may read (credentials, a service's group). */
const othersMask = 0o007
const groupWriteMask = 0o020

export const checkSecrets: TrustCheck = ({ secrets, hasRootKey, hasKeyModule, isProduction }) => [
  ...secrets.flatMap(({ path, mode }): Finding[] =>
    (mode & (othersMask | groupWriteMask)) === 0
      ? []
      : [
          unsafe(
            'SECRET_READABLE',
            path,
            `its mode is ${mode.toString(8).padStart(4, '0')}`,
            `chmod ${(mode & 0o750).toString(8).padStart(4, '0')}`,
          ),
        ],
  ),
  ...(hasRootKey && isProduction
    ? [
        warning(
          'ROOT_KEY_HERE',
          null,
          'root.key.pem is in KEYS_DIR: only new signers need it',
          'take it off this machine, two copies under lock',
        ),
      ]
    : []),
  ...(isProduction && !hasKeyModule
    ? [
        warning(
          'KEYS_IN_FILES',
          null,
          'private keys are files: whoever reads this machine’s disk can sign',
          'a hardware module: docs/operating/hsm.md',
        ),
      ]
    : []),
]
