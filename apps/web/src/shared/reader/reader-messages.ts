import { defineMessages } from '../messages/catalogue.ts'

/** Texts of the camera and of reading a picture. */
export const readerMessages = defineMessages(
  {
    cameraWords:
      'La caméra sert à lire le code. Les images restent sur cet appareil et ne sont pas gardées.',
    cameraOpen: 'Ouvrir la caméra',
    cameraOpening: 'Ouverture de la caméra…',
    cameraRetry: 'Réessayer',
    cameraView: 'Image de la caméra',
    cameraAim: 'Placez le code dans le cadre',
    CAMERA_DENIED:
      'La caméra n’est pas autorisée pour cette page. Autorisez-la dans les réglages du navigateur, ou choisissez une photo.',
    CAMERA_ABSENT:
      'Cet appareil n’a pas de caméra. Choisissez une photo ou collez le texte du code.',
    CAMERA_BUSY: 'La caméra est utilisée par une autre application. Fermez-la, puis réessayez.',
    CAMERA_UNSUPPORTED:
      'Ce navigateur ne donne pas accès à la caméra. Choisissez une photo ou collez le texte du code.',
    readerBroken: 'La lecture des images ne fonctionne pas. Rechargez la page.',
    torchOn: 'Allumer la lampe',
    torchOff: 'Éteindre la lampe',
    zoomIn: 'Zoomer',
    zoomOut: 'Dézoomer',
    cameraOther: 'Autre caméra',
    chooseFile: 'Choisir une photo',
    chooseDocument: 'Choisir une photo ou un PDF',
    fileReading: 'Lecture du fichier…',
    FILE_NOT_PICTURE: 'Ce fichier n’est pas une image lisible (JPEG ou PNG, 30 Mo au plus).',
    FILE_NOT_DOCUMENT:
      'Ce fichier n’est ni une image ni un PDF lisible (JPEG, PNG ou PDF, 30 Mo au plus).',
    FILE_PDF_NOT_LOADED:
      'La lecture des PDF n’est pas chargée sur cet appareil. Connectez-le à internet une fois, ou choisissez une photo.',
    FILE_NO_CODE: 'Aucun code n’a été trouvé dans ce fichier. Essayez plus près, bien à plat.',
  },
  {
    cameraWords:
      'The camera is used to read the code. Pictures stay on this device and are not kept.',
    cameraOpen: 'Open the camera',
    cameraOpening: 'Opening the camera…',
    cameraRetry: 'Try again',
    cameraView: 'Camera picture',
    cameraAim: 'Place the code in the frame',
    CAMERA_DENIED:
      'The camera is not allowed for this page. Allow it in the browser’s settings, or choose a photo.',
    CAMERA_ABSENT: 'This device has no camera. Choose a photo or paste the text of the code.',
    CAMERA_BUSY: 'Another application is using the camera. Close it, then try again.',
    CAMERA_UNSUPPORTED:
      'This browser gives no access to the camera. Choose a photo or paste the text of the code.',
    readerBroken: 'Reading pictures does not work. Reload the page.',
    torchOn: 'Turn the light on',
    torchOff: 'Turn the light off',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    cameraOther: 'Other camera',
    chooseFile: 'Choose a photo',
    chooseDocument: 'Choose a photo or a PDF',
    fileReading: 'Reading the file…',
    FILE_NOT_PICTURE: 'This file is not a readable picture (JPEG or PNG, 30 MB at most).',
    FILE_NOT_DOCUMENT:
      'This file is neither a readable picture nor a PDF (JPEG, PNG or PDF, 30 MB at most).',
    FILE_PDF_NOT_LOADED:
      'Reading PDFs is not loaded on this device. Connect it to the internet once, or choose a photo.',
    FILE_NO_CODE: 'No code was found in this file. Try closer, and flat.',
  },
)
