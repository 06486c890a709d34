import type { OperatorView } from '@sidep/contracts'
import { createContext, type ReactNode, useContext, useState } from 'react'
import { useMessages } from '../../shared/messages/index.ts'
import { loadPart } from '../../shared/offline/load-part.ts'
import { Button } from '../../shared/ui/index.ts'
import type { OperatorSession } from '../operator-session.ts'
import { actMessages } from './act-messages.ts'
import { type ActKind, actKinds, type Typed } from './act-request.ts'

type Roles = OperatorView['roles']

const deciding: ReadonlySet<ActKind> = new Set([
  'suspension',
  'revocation',
  'signNotice',
  'withdrawNotice',
  'closeFraud',
])

/** Who may do which: what the portal refuses is not offered. The portal decides. */
const mayDo = (kind: ActKind, roles: Roles): boolean => {
  const isAuthority = roles.includes('authority')
  return deciding.has(kind) ? isAuthority : isAuthority || roles.includes('duty')
}

interface Offer {
  readonly roles: Roles
  readonly begin: (kind: ActKind, incident?: string, given?: Typed) => void
}
const Offered = createContext<Offer>({ roles: [], begin: () => undefined })

const loadDialog = async () => (await import('./act-dialog.tsx')).ActDialog
type ActDialog = Awaited<ReturnType<typeof loadDialog>>

/** Lets what is below begin an act; its dialog is fetched when the first one begins. */
export const ActsOffered = ({
  session,
  roles,
  children,
}: {
  readonly session: OperatorSession
  readonly roles: Roles
  readonly children: ReactNode
}) => {
  const [act, setAct] = useState<{
    readonly kind: ActKind
    readonly incident: string | null
    readonly given: Typed
    readonly Part: ActDialog
  } | null>(null)
  const begin: Offer['begin'] = (kind, incident, given) => {
    loadPart(loadDialog)
      .then((Part) => setAct({ kind, incident: incident ?? null, given: given ?? {}, Part }))
      .catch((error: unknown) => console.error('ACT_NOT_LOADED', error))
  }
  return (
    <Offered value={{ roles, begin }}>
      {children}
      {act !== null && (
        <act.Part
          kind={act.kind}
          incident={act.incident}
          given={act.given}
          session={session}
          onClose={() => setAct(null)}
        />
      )}
    </Offered>
  )
}

/** A button for an act, for whom it is for. */
export const ActButton = ({
  kind,
  incident,
  given,
  label,
}: {
  readonly kind: ActKind
  readonly incident?: string
  readonly given?: Typed
  /** In the place of the act's own name. */
  readonly label?: string
}) => {
  const t = useMessages(actMessages)
  const { roles, begin } = useContext(Offered)
  if (!mayDo(kind, roles)) return null
  return <Button onPress={() => begin(kind, incident, given)}>{label ?? t(`act_${kind}`)}</Button>
}

/** What may be done besides incidents; nothing for who only looks. */
export const ActPanel = () => {
  const t = useMessages(actMessages)
  const { roles } = useContext(Offered)
  const offered = actKinds.filter((kind) => mayDo(kind, roles))
  if (offered.length === 0) return null
  return (
    <section className="panel stack" aria-labelledby="acts">
      <h2 id="acts">{t('acts')}</h2>
      <p className="small muted">{t('actsWords')}</p>
      <div className="actions">
        {offered.map((kind) => (
          <ActButton key={kind} kind={kind} />
        ))}
      </div>
    </section>
  )
}
