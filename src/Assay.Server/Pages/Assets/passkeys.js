'use strict';

// Forms that can be sent with a passkey: data-use asks for one that is there, data-make makes one. The answers go into hidden fields, and the form is sent as any other.
const supported = !!(window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON && PublicKeyCredential.parseCreationOptionsFromJSON);

const use = async form => {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(form.dataset.use));
  form.elements.passkey.value = JSON.stringify(await navigator.credentials.get({ publicKey }));
};

const make = async form => {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(form.dataset.make));
  form.elements.made.value = JSON.stringify(await navigator.credentials.create({ publicKey }));
};

const say = (form, text) => {
  const problem = form.querySelector('[data-problem]');
  problem.textContent = text;
  problem.hidden = false;
};

for (const form of document.querySelectorAll('form[data-use], form[data-make]')) {
  for (const button of form.querySelectorAll('button[data-passkey]')) {
    button.hidden = !supported;
  }
  form.addEventListener('submit', async event => {
    const wanted = event.submitter?.dataset.passkey;
    if (!wanted) {
      return;
    }
    event.preventDefault();
    event.submitter.disabled = true;
    try {
      if (form.dataset.use && (wanted === 'use' || !form.elements.factor.value)) {
        await use(form);
      }
      if (wanted === 'make') {
        await make(form);
      }
      form.submit();
    } catch (error) {
      say(form, `The passkey was not used: ${error.message}`);
      event.submitter.disabled = false;
    }
  });
}
