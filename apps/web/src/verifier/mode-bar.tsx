import { useState } from 'react'
import { localeOf, useLanguage, useMessages } from '../shared/messages/index.ts'
import { Button, ChoiceGroup, Dialog } from '../shared/ui/index.ts'
import { localDay, type Mode, type ModeChoice } from './mode.ts'
import { verifierMessages } from './verifier-messages.ts'

interface ModeBarProps {
  readonly choices: readonly ModeChoice[]
  readonly mode: Mode
  readonly onChange: (mode: Mode) => void
}

/** What is being checked, always in sight, and the dialog to change it. */
export const ModeBar = ({ choices, mode, onChange }: ModeBarProps) => {
  const t = useMessages(verifierMessages)
  const { language } = useLanguage()
  const [isOpen, setIsOpen] = useState(false)
  const chosen = choices.find(({ id }) => id === mode.choice)
  const title = chosen?.title[language] ?? ''
  const date = mode.date !== null && mode.date > localDay(new Date()) ? mode.date : null
  return (
    <div className="mode-bar">
      <p>
        <span className="small muted">{t('mode')}</span>
        <strong>
          {title}
          {date !== null && ` ${t('modeOn', { date: shortDate(date, localeOf[language]) })}`}
        </strong>
      </p>
      <Button onPress={() => setIsOpen(true)}>{t('changeMode')}</Button>
      {isOpen && (
        <ModeDialog
          choices={choices}
          mode={mode}
          onClose={() => setIsOpen(false)}
          onChange={(next) => {
            setIsOpen(false)
            onChange(next)
          }}
        />
      )}
    </div>
  )
}

interface ModeDialogProps extends ModeBarProps {
  readonly onClose: () => void
}

const ModeDialog = ({ choices, mode, onChange, onClose }: ModeDialogProps) => {
  const t = useMessages(verifierMessages)
  const { language } = useLanguage()
  const [choice, setChoice] = useState(mode.choice)
  const [date, setDate] = useState(mode.date ?? '')
  const isEntry = choices.find(({ id }) => id === choice)?.purpose.kind === 'entry'
  return (
    <Dialog title={t('modeTitle')} isOpen onClose={onClose} size="compact">
      <div className="stack mode-choices">
        <ChoiceGroup
          label={t('modeChoice')}
          choices={choices.map(({ id, title }) => ({ value: id, label: title[language] }))}
          value={choice}
          onChange={setChoice}
        />
        {isEntry && (
          <div className="field">
            <label className="field-label" htmlFor="arrival">
              {t('modeDate')}
            </label>
            <input
              id="arrival"
              className="field-input"
              type="date"
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
      </div>
    </Dialog>
  )
}

const shortDate = (date: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long' }).format(
    new Date(`${date}T12:00:00`),
  )
