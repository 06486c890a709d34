import { clockIn, dayIn, isCatchUp, isLate } from '@sidep/screening'
import { useMemo } from 'react'
import { deviceLabel } from '../../shared/documents/catalogue-words.ts'
import { localeOf, useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Button, Checkbox, ComboBox, type ComboOption, Notice } from '../../shared/ui/index.ts'
import { useCounterState, useNowHere, useSiteZone, useTimeHere } from '../context.ts'
import { searchDevices } from '../form/device-search.ts'
import { messages } from '../messages.ts'
import { parseTypedTime, typedWithDay } from '../typing/times.ts'
import { faultKey } from '../words.ts'
import { DraftText } from './identity-fields.tsx'
import { LateReasonField } from './late-reason-field.tsx'
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
  const timeZone = useSiteZone()
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
    const typed = parseTypedTime(sampledAt, now, timeZone)
    const day = dayIn((typed.ok ? typed.at : null) ?? now, timeZone)
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

const SampledField = ({ form }: { readonly form: ScreeningForm }) => {
  const t = useMessages(messages)
  const { language } = useLanguage()
  const now = useNowHere(10_000)
  const { sampledAt, catchUp } = form.fields
  const timeZone = useSiteZone()
  const typed = parseTypedTime(sampledAt, now, timeZone)
  const at = typed.ok ? typed.at : null
  const isOld = at !== null && isCatchUp(at, now)
  const locale = localeOf[language]
  return (
    <div className="stack-tight">
      <DraftText
        form={form}
        name="sampledAt"
        label={t('sampledAt')}
        placeholder={`${t('sampledNow')}, ${clockIn(now, timeZone)}`}
        description={
          at === null
            ? t('sampledHelp')
            : t('sampledOn', {
                date: at.toLocaleString(locale, {
                  dateStyle: 'full',
                  timeStyle: 'short',
                  timeZone,
                }),
              })
        }
      />
      {typed.ok && typed.isYesterday && at !== null && (
        <Notice tone="warn" live="status">
          <div className="spread">
            <p>{t('yesterdayAsk', { time: clockIn(at, timeZone) })}</p>
            <Button onPress={() => form.change({ sampledAt: typedWithDay(at, timeZone) })}>
              {t('yesterdayYes')}
            </Button>
          </div>
        </Notice>
      )}
      {at !== null && isLate(at, now) && <LateReasonField form={form} />}
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
