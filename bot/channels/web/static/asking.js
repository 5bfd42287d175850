/** A question that has to be answered yes or no, in a window of the page: frames of another site's page may not open one of the browser's. */

const dialog = document.getElementById('confirm');
const [yes, no] = dialog.querySelectorAll('button');

/** @returns {Promise<boolean>} */
export function confirmed() {
  return new Promise((resolve) => {
    dialog.returnValue = '';
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
    dialog.showModal();
  });
}

yes.addEventListener('click', () => dialog.close('yes'));
no.addEventListener('click', () => dialog.close(''));
