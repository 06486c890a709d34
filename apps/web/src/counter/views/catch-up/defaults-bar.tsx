import { lateReasons } from '@sidep/contracts'
import { dayIn } from '@sidep/time'
import { useSyncExternalStore } from 'react'
import { deviceLabel } from '../../../shared/documents/catalogue-words.ts'
import { useMessages } from '../../../shared/messages/index.ts'
import { Button, ComboBox, Select, TextField } from '../../../shared/ui/index.ts'
import { readDay, settleCell } from '../../catch-up/read-cell.ts'
import { useCatchUpDesk, useCounterState, useSiteZone } from '../../context.ts'
import { searchDevices } from '../../form/device-search.ts'
import { formMessages } from '../../messages/form-messages.ts'
import { catchUpMessages } from './catch-up-messages.ts'
import { useCellWords } from './cell-words.ts'

/** What is the same for the whole pile: put into each new line, and into empty cells when asked. */
export const DefaultsBar = () => {
  const t = useMessages(catchUpMessages)
  const tForm = useMessages(formMessages)
  const words = useCellWords()
  const desk = useCatchUpDesk()
  const { grid } = useSyncExternalStore(desk.store.subscribe, desk.store.get)
  const { catalogue, recentDevices, session } = useCounterState()
  const { defaults } = grid
  const now = new Date()
  const timeZone = useSiteZone()
  const day = readDay(defaults.sampledDay, { now, timeZone })
  const chosen = catalogue?.devices.find(({ id }) => id === defaults.device)
  const labelOf = (id: string): string => deviceLabel({ device: id, deviceName: null }, catalogue)
  const change = (patch: Partial<typeof defaults>): void =>
    desk.dispatch({ type: 'defaults', patch })

  return (
    <fieldset className="defaults">
      <legend>{t('defaultsTitle')}</legend>
      <TextField
        label={t('defaultDay')}
        value={defaults.sampledDay}
        onChange={(sampledDay) => change({ sampledDay })}
        onBlur={() => {
          const siteId = session?.site?.id ?? ''
          const context = { now, timeZone, siteId, catalogue, recentDevices }
          change({ sampledDay: settleCell('sampledDay', defaults.sampledDay, context) })
        }}
        inputMode="numeric"
        placeholder={t('help_sampledDay')}
        error={
          defaults.sampledDay === '' || day.ok || defaults.sampledDay.length < 5
            ? null
            : words.fault(day.code)
        }
      />
      <ComboBox
        label={t('defaultDevice')}
        selected={chosen ? { id: chosen.id, label: labelOf(chosen.id) } : null}
        onSelect={(id) => change({ device: id ?? '' })}
        search={(text) =>
          searchDevices(
            catalogue?.devices ?? [],
            text,
            recentDevices,
            day.ok ? day.value : dayIn(now, timeZone),
          ).map(({ id }) => ({ id, label: labelOf(id), description: id }))
        }
      />
      <Select
        label={t('defaultResult')}
        options={[
          { value: '-', label: t('defaultNone') },
          { value: 'N', label: t('resultN') },
          { value: 'P', label: t('resultP') },
        ]}
        value={defaults.result === '' ? '-' : defaults.result}
        onChange={(result) => change({ result: result === '-' ? '' : result })}
      />
      <Select
        label={t('lateReason')}
        options={lateReasons.map((value) => ({ value, label: tForm(`lateReason_${value}`) }))}
        value={defaults.lateReason}
        onChange={(value) => {
          const lateReason = lateReasons.find((reason) => reason === value)
          if (lateReason !== undefined) change({ lateReason })
        }}
      />
      <Button onPress={() => desk.dispatch({ type: 'apply-defaults' })}>
        {t('applyDefaults')}
      </Button>
    </fieldset>
  )
}
