import { useId, useState } from 'react'
import { useLanguage, useMessages } from '../shared/messages/index.ts'
import { Button, Modal, notFilled } from '../shared/ui/index.ts'
import { localDay, type Mode, type ModeChoice } from './mode.ts'
import { modeMessages } from './mode-messages.ts'

interface ModeDialogProps {
  readonly choices: readonly ModeChoice[]
  readonly mode: Mode
  readonly onChange: (mode: Mode) => void
  readonly onClose: () => void
}

/** What is checked, chosen before the doors open. */
export const ModeDialog = ({ choices, mode, onChange, onClose }: ModeDialogProps) => {
  const t = useMessages(modeMessages)
  const { language } = useLanguage()
  const id = useId()
  const [choice, setChoice] = useState(mode.choice)
  const [date, setDate] = useState(mode.date ?? '')
  const isEntry = choices.find((one) => one.id === choice)?.purpose.kind === 'entry'
  return (
    <Modal className="mode-dialog" labelledBy={id} onClose={onClose}>
      <h2 id={id}>{t('modeTitle')}</h2>
      <fieldset className="field mode-choices">
        <legend className="field-label">{t('modeChoice')}</legend>
        <div className="choices">
          {choices.map((one) => (
            <label
              key={one.id}
              className="choice"
              {...(one.id === choice ? { 'data-selected': true } : {})}
            >
              <input
                type="radio"
                name="mode"
                className="visually-hidden"
                checked={one.id === choice}
                onChange={() => setChoice(one.id)}
              />
              {one.title[language]}
            </label>
          ))}
        </div>
      </fieldset>
      {isEntry && (
        <div className="field">
          <label className="field-label" htmlFor="arrival">
            {t('modeDate')}
          </label>
          <input
            id="arrival"
            className="field-input"
            type="date"
            {...notFilled}
            value={date}
            min={localDay(new Date())}
            aria-describedby="arrival-help"
            onChange={(event) => setDate(event.currentTarget.value)}
          />
          <p id="arrival-help" className="field-description">
            {t('modeDateHelp')}
          </p>
        </div>
      )}
      <Button
        variant="primary"
        wide
        onPress={() => onChange({ choice, date: isEntry && date !== '' ? date : null })}
      >
        {t('modeDone')}
      </Button>
      <Button wide onPress={onClose}>
        {t('modeCancel')}
      </Button>
    </Modal>
  )
}
