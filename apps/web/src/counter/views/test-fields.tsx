import { useMemo } from 'react'
import { deviceLabel } from '../../shared/documents/catalogue-words.ts'
import { localeOf, useLanguage, useMessages } from '../../shared/messages/index.ts'
import { localDay } from '../../shared/typing/dates.ts'
import { Checkbox, ComboBox, type ComboOption, Notice } from '../../shared/ui/index.ts'
import { useCounterState, useNowHere, useTimeHere } from '../context.ts'
import { searchDevices } from '../form/device-search.ts'
import { messages } from '../messages.ts'
import { parseTypedTime } from '../typing/times.ts'
import { clockTime, faultKey } from '../words.ts'
import { DraftText } from './identity-fields.tsx'
import type { ScreeningForm } from './use-screening-form.ts'

interface TestFieldsProps {
  readonly form: ScreeningForm
}

/** With what, and when. */
export const TestFields = ({ form }: TestFieldsProps) => {
  const t = useMessages(messages)
  return (
    <>
      <DeviceField form={form} />
      {form.fields.device === 'other' && (
        <div className="stack-tight">
          <Notice tone="info" live="status">
            <p>{t('deviceOtherConsequence')}</p>
          </Notice>
          <DraftText form={form} name="deviceName" label={t('deviceName')} />
        </div>
      )}
      <SampledField form={form} />
    </>
  )
}

const DeviceField = ({ form }: TestFieldsProps) => {
  const t = useMessages(messages)
  const { catalogue, recentDevices } = useCounterState()
  const timeHere = useTimeHere()
  const { device, sampledAt } = form.fields
  const fault = form.faults.device
  const other = useMemo(
    (): ComboOption => ({
      id: 'other',
      label: t('deviceOther'),
      description: t('deviceOtherHelp'),
    }),
    [t],
  )
  const optionOf = (id: string): ComboOption => {
    const known = catalogue?.devices.find((candidate) => candidate.id === id)
    return {
      id,
      label: known?.name ?? deviceLabel({ device: id, deviceName: null }, catalogue),
      ...(known ? { description: known.maker } : {}),
    }
  }
  const search = (text: string): ComboOption[] => {
    const now = timeHere()
    const typed = parseTypedTime(sampledAt, now)
    const day = localDay((typed.ok ? typed.at : null) ?? now)
    const found = searchDevices(catalogue?.devices ?? [], text, recentDevices, day)
    return [...found.map(({ id }) => optionOf(id)), other]
  }
  return (
    <div data-field="device">
      <ComboBox
        label={t('device')}
        name="device"
        description={t('deviceHelp')}
        selected={device === '' ? null : device === 'other' ? other : optionOf(device)}
        onSelect={(id) => form.change({ device: id ?? '' })}
        search={search}
        error={fault === undefined ? null : t(faultKey(fault))}
        isDisabled={form.isSending}
        onFocus={form.enter}
      />
    </div>
  )
}

const catchUpAfterMilliseconds = 72 * 3_600_000

const SampledField = ({ form }: { readonly form: ScreeningForm }) => {
  const t = useMessages(messages)
  const { language } = useLanguage()
  const now = useNowHere(10_000)
  const { sampledAt, catchUp } = form.fields
  const typed = parseTypedTime(sampledAt, now)
  const at = typed.ok ? typed.at : null
  const isOld = at !== null && now.getTime() - at.getTime() > catchUpAfterMilliseconds
  const locale = localeOf[language]
  return (
    <div className="stack-tight">
      <DraftText
        form={form}
        name="sampledAt"
        label={t('sampledAt')}
        placeholder={`${t('sampledNow')}, ${clockTime(now, locale)}`}
        description={
          at === null
            ? t('sampledHelp')
            : t('sampledOn', {
                date: at.toLocaleString(locale, { dateStyle: 'full', timeStyle: 'short' }),
              })
        }
      />
      {(isOld || catchUp) && (
        <div data-field="catchUp">
          <Checkbox
            isSelected={catchUp}
            onChange={(isSelected) => form.change({ catchUp: isSelected, sampledAt })}
          >
            {t('catchUp')}
          </Checkbox>
        </div>
      )}
    </div>
  )
}
