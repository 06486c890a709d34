import { useMessages } from '../../shared/messages/index.ts'
import { Button } from '../../shared/ui/index.ts'
import { messages } from '../messages.ts'

/** What opens the test that waits longest, wherever the focus is: a key that no field and no scanner types. */
export const ripestKey = 'F2'

/** The way from the form to the test that waits longest, one step back from its first field: seen once it has the focus. */
export const ToRipest = ({ onOpen }: { readonly onOpen: () => void }) => {
  const t = useMessages(messages)
  return (
    <span className="to-ripest">
      <Button shortcut={ripestKey} onPress={onOpen}>
        {t('readFirst')}
      </Button>
    </span>
  )
}
