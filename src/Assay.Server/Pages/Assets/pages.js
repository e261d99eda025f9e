'use strict';

// What pages cannot do without a script: passkeys, and copying. Everything else works without.

// A button with data-passkey sends its form with a passkey: "use" asks for one that is there, "make" makes one. What to ask the browser stands in data-options, or in the
// form's data-use and data-make. The answers go into hidden fields, and the form is sent as any other.
const supported = !!(window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON && PublicKeyCredential.parseCreationOptionsFromJSON);

const use = async (form, options) => {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(options));
  form.elements.passkey.value = JSON.stringify(await navigator.credentials.get({ publicKey }));
};

const make = async (form, options) => {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(options));
  form.elements.made.value = JSON.stringify(await navigator.credentials.create({ publicKey }));
};

const say = (form, text) => {
  const problem = form.querySelector('[data-problem]');
  problem.textContent = text;
  problem.hidden = false;
};

for (const button of document.querySelectorAll('button[data-passkey]')) {
  button.hidden = !supported;
  button.form.addEventListener('submit', async event => {
    if (event.submitter !== button) {
      return;
    }
    event.preventDefault();
    button.disabled = true;
    const { form } = button;
    const wanted = button.dataset.passkey;
    try {
      const toUse = wanted === 'use' ? button.dataset.options ?? form.dataset.use : form.dataset.use;
      if (toUse && (wanted === 'use' || !form.elements.factor.value)) {
        await use(form, toUse);
      }
      if (wanted === 'make') {
        await make(form, form.dataset.make);
      }
      form.submit();
    } catch (error) {
      say(form, `The passkey was not used: ${error.message}`);
      button.disabled = false;
    }
  });
}

// <button data-copy="id"> copies the text of that element, and says so.
for (const button of document.querySelectorAll('button[data-copy]')) {
  button.hidden = !navigator.clipboard;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).innerText);
    const text = button.textContent;
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = text; }, 2000);
  });
}
