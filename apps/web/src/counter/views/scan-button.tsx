import { lazy, Suspense, useState } from 'react'
import { useMessages } from '../../shared/messages/index.ts'
import { Button, Dialog, Working } from '../../shared/ui/index.ts'
import { messages } from '../messages.ts'
import type { FormProps } from './draft-text.tsx'

// The camera and its reader are large; they come when somebody asks for them.
const InsScanner = lazy(() => import('./ins-scanner.tsx'))

/** The identity by the camera, for a counter without a scanner. */
export const ScanButton = ({ form }: FormProps) => {
  const t = useMessages(messages)
  const [isScanning, setIsScanning] = useState(false)
  return (
    <>
      <Button
        icon="camera"
        aria-label={t('scanCamera')}
        isDisabled={form.isSending}
        onPress={() => setIsScanning(true)}
      >
        INS
      </Button>
      <Dialog title={t('scanTitle')} isOpen={isScanning} onClose={() => setIsScanning(false)}>
        <Suspense fallback={<Working />}>
          <InsScanner
            onRead={(text) => {
              setIsScanning(false)
              form.takeScan(text)
            }}
          />
        </Suspense>
      </Dialog>
    </>
  )
}
