import { isCatchUp, isLate } from '@sidep/screening'
import { clockIn, dayIn } from '@sidep/time'
import { useMemo } from 'react'
import { deviceLabel } from '../../shared/documents/catalogue-words.ts'
import { dateWords, localeOf, useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Button, Checkbox, ComboBox, type ComboOption, Notice } from '../../shared/ui/index.ts'
import {
  useCounterState,
  useDraftField,
  useFormDraft,
  useNowHere,
  useSiteZone,
  useTimeHere,
} from '../context.ts'
import { searchDevices } from '../form/device-search.ts'
import { messages } from '../messages.ts'
import { parseTypedTime, typedWithDay } from '../typing/times.ts'
import { ContactWarning } from './contact-warning.tsx'
import { DraftText, type FormProps, useFaultWords } from './draft-text.tsx'
import { LateReasonField } from './late-reason-field.tsx'

/** How to reach the person, with what they are tested, and when: one row where there is room. */
export const TestFields = ({ form }: FormProps) => {
  const t = useMessages(messages)
  const isOther = useDraftField('device') === 'other'
  return (
    <>
      <ContactField form={form} />
      <DeviceField form={form} />
      <SampledField form={form} />
      {isOther && (
        <div className="stack-tight full-row">
          <Notice tone="info" live="status">
            <p>{t('deviceOtherConsequence')}</p>
          </Notice>
          <DraftText form={form} name="deviceName" label={t('deviceName')} />
        </div>
      )}
    </>
  )
}

const ContactField = ({ form }: FormProps) => {
  const t = useMessages(messages)
  const contact = useDraftField('contact')
  return (
    <div>
      <DraftText
        form={form}
        name="contact"
        label={t('contact')}
        description={t('contactHelp')}
        autoCapitalize="none"
        optional
      />
      <ContactWarning contact={contact} />
    </div>
  )
}

const DeviceField = ({ form }: FormProps) => {
  const t = useMessages(messages)
  const { catalogue, recentDevices } = useCounterState()
  const timeHere = useTimeHere()
  const timeZone = useSiteZone()
  const store = useFormDraft()
  const device = useDraftField('device')
  const error = useFaultWords(form, 'device')
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
    const typed = parseTypedTime(store.get().fields.sampledAt, now, timeZone)
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
        error={error}
        isDisabled={form.isSending}
        onFocus={form.enter}
      />
    </div>
  )
}

const SampledField = ({ form }: FormProps) => {
  const t = useMessages(messages)
  const { language } = useLanguage()
  const now = useNowHere(10_000)
  const sampledAt = useDraftField('sampledAt')
  const catchUp = useDraftField('catchUp')
  const timeZone = useSiteZone()
  const typed = parseTypedTime(sampledAt, now, timeZone)
  const at = typed.ok ? typed.at : null
  const isOld = at !== null && isCatchUp(at, now)
  const date = (moment: Date): string =>
    dateWords(moment, localeOf[language], { dateStyle: 'full', timeStyle: 'short', timeZone })
  return (
    <>
      <DraftText
        form={form}
        name="sampledAt"
        label={t('sampledAt')}
        placeholder={`${t('sampledNow')}, ${clockIn(now, timeZone)}`}
        description={at === null ? t('sampledHelp') : t('sampledOn', { date: date(at) })}
      />
      {typed.ok && typed.isYesterday && at !== null && (
        <div className="full-row">
          <Notice tone="warn" live="status">
            <div className="spread">
              <p>{t('yesterdayAsk', { time: clockIn(at, timeZone) })}</p>
              <Button onPress={() => form.change({ sampledAt: typedWithDay(at, timeZone) })}>
                {t('yesterdayYes')}
              </Button>
            </div>
          </Notice>
        </div>
      )}
      {form.asksWhyLate && at !== null && isLate(at, now) && (
        <div className="full-row">
          <LateReasonField form={form} />
        </div>
      )}
      {form.asksWhyLate && (isOld || catchUp) && (
        <div className="full-row" data-field="catchUp">
          <Checkbox
            isSelected={catchUp}
            onChange={(isSelected) => form.change({ catchUp: isSelected, sampledAt })}
          >
            {t('catchUp')}
          </Checkbox>
        </div>
      )}
    </>
  )
}
