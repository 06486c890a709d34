import { useMessages } from '../../shared/messages/index.ts'
import { Button, LinkButton, Notice } from '../../shared/ui/index.ts'
import { bookletMessages } from '../booklet/booklet-messages.ts'
import { useCounterState, useDraftValue } from '../context.ts'
import type { FieldName } from '../form/draft.ts'
import { faultsOnFields, fieldOrder, firstFault } from '../form/validate.ts'
import { storageMessages } from '../messages/storage-messages.ts'
import { messages } from '../messages.ts'
import { slipsHref } from '../place.ts'
import { isPortalAtHand } from '../state.ts'
import { ErrorNotice } from './error-notice.tsx'
import { NotKept } from './storage-notice.tsx'
import type { ScreeningForm as Form } from './use-screening-form.ts'

/** What a field is called where it is spoken of. */
const labels = {
  familyName: 'familyName',
  firstNames: 'firstNames',
  birthDate: 'birthDate',
  sex: 'sex',
  ins: 'familyName',
  contact: 'contact',
  postalCode: 'postalCode',
  language: 'language',
  device: 'device',
  deviceName: 'deviceName',
  sampledAt: 'sampledAt',
  catchUp: 'sampledAt',
  lateReason: 'lateReason',
  symptoms: 'symptoms',
  onset: 'onset',
  reason: 'reason',
} as const satisfies Record<FieldName, string>

/** What keeps a result back, beside its keys. */
export const HeldBack = ({
  form: { faults },
  onGo,
}: {
  readonly form: Form
  readonly onGo: (name: FieldName) => void
}) => {
  const t = useMessages(messages)
  const first = firstFault(faults)
  if (first === undefined) return null
  const fields = fieldOrder
    .filter((name) => faults[name] !== undefined)
    .map((name) => t(labels[name]))
  return (
    <Notice tone="bad" live="alert">
      <p>{t('heldBack', { fields: fields.join(', ') })}</p>
      <div>
        <Button onPress={() => onGo(first)}>{t('heldBackGo')}</Button>
      </div>
    </Notice>
  )
}

const scanWords = {
  refused: 'insRefused',
  layout: 'scanLayout',
  other: 'scanOther',
  'not-now': 'scanNotNow',
} as const

/** What the form says back: faults as a whole, the scan, the last thing done. */
export const FormMessages = ({
  form,
  said,
  hasFailed,
}: {
  readonly form: Form
  readonly said: string
  readonly hasFailed: boolean
}) => {
  const t = useMessages(messages)
  const tBooklet = useMessages(bookletMessages)
  const tStorage = useMessages(storageMessages)
  const state = useCounterState()
  const draftId = useDraftValue(({ id }) => id)
  const isDirect = isPortalAtHand(state)
  const { refusal, scan } = form
  return (
    <>
      <NotKept id={draftId} />
      {state.isFull && !hasFailed && (
        <Notice tone={isDirect ? 'warn' : 'bad'} live="alert" title={tBooklet('fullTitle')}>
          <p>{isDirect ? tStorage('fullOnline') : tBooklet('fullHelp')}</p>
          <div className="actions">
            <LinkButton href={slipsHref}>{tBooklet('slipOpen')}</LinkButton>
          </div>
        </Notice>
      )}
      {hasFailed && (
        <Notice tone="bad" live="alert" title={t('storageFailed')}>
          <p>{t('storageFailedHelp')}</p>
        </Notice>
      )}
      {refusal && <RefusalNotice form={form} refusal={refusal} />}
      {scan !== 'none' && scan !== 'read' && (
        <Notice tone="warn" live="alert">
          <p>{t(scanWords[scan])}</p>
        </Notice>
      )}
      <p className="said" role="status">
        {scan === 'read' ? t('insRead') : said}
      </p>
    </>
  )
}

const RefusalNotice = ({
  form,
  refusal,
}: {
  readonly form: Form
  readonly refusal: NonNullable<Form['refusal']>
}) => {
  const t = useMessages(messages)
  const { elsewhere } = faultsOnFields(refusal.faults)
  const count = Object.keys(form.faults).length
  if (refusal.code !== 'REQUEST_INVALID') {
    const { code, support } = refusal
    const problem = { type: '', title: '', status: 0, code, support }
    return (
      <ErrorNotice
        title={t('refusedTitle')}
        error={{ kind: 'problem', problem, retryAfterSeconds: null }}
      />
    )
  }
  if (count === 0 && elsewhere.length === 0) return null
  return (
    <Notice tone="bad" live="alert" title={t('refusedTitle')} supportCode={refusal.support}>
      {count > 0 && <p>{t('refusedFields', { count })}</p>}
      {elsewhere.length > 0 && (
        <p>
          {t('refusedElsewhere', {
            codes: elsewhere.map(({ pointer, code }) => `${pointer} ${code}`).join(', '),
          })}
        </p>
      )}
    </Notice>
  )
}
