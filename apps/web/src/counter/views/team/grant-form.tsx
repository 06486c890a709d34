import type { FieldFault, SessionView, SiteView } from '@sidep/contracts'
import { type FormEvent, useRef, useState } from 'react'
import { type Static, Type } from 'typebox'
import type { ApiError } from '../../../shared/api/index.ts'
import { localeOf, useLanguage, useMessages } from '../../../shared/messages/index.ts'
import { Button, ChoiceGroup, TextField } from '../../../shared/ui/index.ts'
import { useNow, useSiteZone, useTeam } from '../../context.ts'
import { takeAct } from '../../session/pending-act.ts'
import { daysMax, endChoices, readEnd } from '../../team/delegation-end.ts'
import { readStaffId } from '../../team/staff-id.ts'
import { ActError } from '../fresh-sign-in.tsx'
import { moment } from './moment.ts'
import { teamMessages } from './team-messages.ts'

const Typed = Type.Object({
  name: Type.String(),
  id: Type.String(),
  choice: Type.Enum([...endChoices]),
  day: Type.String(),
})
type Typed = Static<typeof Typed>
const untouched: Typed = { name: '', id: '', choice: 'today', day: '' }

type IdFault = 'empty' | 'unreadable' | 'mistyped' | 'elsewhere' | 'self'
type DayFault = 'day' | 'past' | 'too-late'

interface Faults {
  readonly name: boolean
  readonly id: IdFault | null
  readonly day: DayFault | null
}
const noFaults: Faults = { name: false, id: null, day: null }

/** What the portal found that the page did not. */
const faultsOf = (faults: readonly FieldFault[]): Faults => ({
  name: faults.some(({ pointer }) => pointer === '/staffName'),
  id: faults.some(({ pointer }) => pointer === '/staffId') ? 'mistyped' : null,
  day: faults.some(({ pointer }) => pointer === '/endsAt') ? 'too-late' : null,
})

/** Name, number, until when: somebody may work here under one's responsibility. */
export const GrantForm = ({
  session,
  site,
  onGranted,
}: {
  readonly session: SessionView
  readonly site: SiteView
  readonly onGranted: (news: string) => void
}) => {
  const t = useMessages(teamMessages)
  const { language } = useLanguage()
  const timeZone = useSiteZone()
  const team = useTeam()
  const now = useNow(30_000)
  const [typed, setTyped] = useState(() => takeAct('grant', Typed) ?? untouched)
  const [faults, setFaults] = useState(noFaults)
  const [isSending, setIsSending] = useState(false)
  const [error, setError] = useState<ApiError | null>(null)
  const first = useRef<HTMLInputElement>(null)
  const change = (changes: Partial<Typed>): void => {
    setTyped((before) => ({ ...before, ...changes }))
    setFaults(noFaults)
  }
  const end = readEnd(typed.choice, typed.day, now, timeZone)
  const timeOf = (at: Date): string => moment(at, now, localeOf[language], timeZone)

  const send = async (): Promise<void> => {
    const name = typed.name.trim()
    const staff = readStaffId(typed.id, site.id)
    const isSelf = staff.ok && staff.value === session.professional.id
    const found: Faults = {
      name: name === '',
      id: isSelf ? 'self' : staff.ok ? null : staff.fault,
      day: end.ok ? null : end.fault === 'unreadable' ? 'day' : end.fault,
    }
    setFaults(found)
    setError(null)
    if (name === '' || isSelf || !staff.ok || !end.ok) return
    setIsSending(true)
    const failed = await team.grant({
      staffId: staff.value,
      staffName: name.slice(0, 80),
      endsAt: end.value.toISOString(),
    })
    setIsSending(false)
    if (failed === null) {
      setTyped(untouched)
      onGranted(t('granted', { name, time: timeOf(end.value) }))
      first.current?.focus()
    } else if (failed.kind === 'problem' && failed.problem.faults !== undefined)
      setFaults(faultsOf(failed.problem.faults))
    else setError(failed)
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (!isSending) void send()
  }
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <TextField
        label={t('staffName')}
        description={t('staffNameHelp')}
        value={typed.name}
        onChange={(name) => change({ name })}
        error={faults.name ? t('fault_name') : null}
        autoCapitalize="words"
        inputRef={first}
      />
      <TextField
        label={t('staffId')}
        description={t('staffIdHelp', { site: site.id })}
        value={typed.id}
        onChange={(id) => change({ id })}
        error={faults.id === null ? null : t(`fault_${faults.id}`)}
      />
      <ChoiceGroup
        label={t('until_label')}
        choices={endChoices.map((value) => ({ value, label: t(`end_${value}`) }))}
        value={typed.choice}
        onChange={(choice) => change({ choice })}
        {...(end.ok ? { description: t('endsAt', { time: timeOf(end.value) }) } : {})}
      />
      {typed.choice === 'date' && (
        <TextField
          label={t('endDate')}
          description={t('endDateHelp', { days: daysMax })}
          value={typed.day}
          onChange={(day) => change({ day })}
          inputMode="numeric"
          error={
            faults.day === null
              ? null
              : faults.day === 'too-late'
                ? t('fault_too-late', { days: daysMax })
                : t(`fault_${faults.day}`)
          }
        />
      )}
      {error && <ActError error={error} title={t('grantFailed')} act="grant" typed={typed} />}
      <div className="actions">
        <Button type="submit" variant="primary" isPending={isSending}>
          {t('grantDo', { site: site.name })}
        </Button>
      </div>
    </form>
  )
}
