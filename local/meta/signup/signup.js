// Plays the inbox's front end. What comes from outside is shown as text only.

const dialog = new URL(document.documentElement.dataset.dialogUrl);
const page = location.origin + location.pathname;
/** How long the other of Meta's two messages is waited for, in ms: their order is not certain. */
const graceMs = 500;

const stepNames = {
  grants: 'Token and its rights',
  numbers: 'Numbers listed',
  claim: 'Numbers claimed',
  webhooks: "App's webhook fields",
  subscribe: "Account's webhooks",
  register: 'Numbers registered',
  sync: 'Data of the phone app',
  templates: 'Templates',
  activate: 'Messages delivered',
};

const byId = (id) => document.getElementById(id);
const form = document.querySelector('form');

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function say(text) {
  byId('progress').textContent = text;
}

/** Shows what is wrong, one sentence a line; nothing hides it. */
function showProblem(...sentences) {
  const said = sentences.filter((sentence) => sentence !== undefined);
  byId('problem').replaceChildren(...said.map((sentence) => element('p', sentence)));
  byId('problem').hidden = said.length === 0;
}

/** Calls the API. Throws an error whose message is the API's own. */
async function api(method, path, body) {
  const response = await fetch(path, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail ?? answer.message ?? `HTTP ${response.status}`);
  return answer;
}

function metaSays({ code, subcode, title, details }) {
  const number = [code, subcode].filter((part) => part !== undefined).join('/');
  return `Meta says ${[number, title, details].filter(Boolean).join(': ')}`;
}

function show(connection, durationMs) {
  const { wabaId, state, steps, numbers, problem } = connection;
  say('');
  if (problem) {
    showProblem(
      `Stopped at "${stepNames[problem.step] ?? problem.step}": ${problem.reason}.`,
      problem.whatToDo,
      problem.meta && metaSays(problem.meta),
    );
  } else {
    showProblem();
  }
  byId('account').textContent = wabaId;
  byId('state').textContent = state;
  byId('state').dataset.state = state;
  byId('duration').textContent =
    durationMs === undefined ? '' : `${Math.round(durationMs)} ms from Meta's code`;
  byId('steps').replaceChildren(
    ...Object.entries(stepNames).map(([step, name]) => {
      const failed = problem?.step === step;
      return element('li', name, {
        'data-step': failed ? 'failed' : steps[step] ? 'done' : 'open',
      });
    }),
  );
  byId('numbers').replaceChildren(...numbers.map(numberRow));
  byId('resuming').hidden = state === 'active' || state === 'disconnected';
  byId('resume').onclick = () =>
    run(async () => {
      say('Resuming');
      const { organizationId } = connection;
      const body = { organizationId, wabaId };
      show((await api('POST', '/wa-es-callback/resume', body)).connection);
    });
  byId('connection').hidden = false;
}

function numberRow(number) {
  const { phoneNumberId, displayPhoneNumber = phoneNumberId, verifiedName = '' } = number;
  const { registered, status = 'unknown', coexistence, active, problem } = number;
  const atMeta = registered ? 'registered' : status;
  const row = document.createElement('tr');
  row.append(
    element('td', displayPhoneNumber),
    element('td', verifiedName),
    element('td', coexistence ? `${atMeta}, with the phone app` : atMeta),
    element('td', active ? 'arrive' : (problem?.reason ?? 'not yet')),
  );
  return row;
}

/**
 * What a person brings back from the popup: the code, and what Meta tells of the session. No code where
 * the person has cancelled. Source: Meta, "Embedded Signup: implementation".
 */
function endOf(popup) {
  return new Promise((resolve) => {
    const listening = new AbortController();
    const end = { code: undefined, codeAt: undefined, sessionInfo: undefined };
    const settle = () => {
      listening.abort();
      clearInterval(watching);
      resolve(end);
    };
    const watching = setInterval(() => {
      if (popup.closed) setTimeout(settle, graceMs);
    }, 200);
    const take = ({ origin, source, data }) => {
      if (origin !== dialog.origin || source !== popup) return;
      const message = JSON.parse(data);
      if (message.type === 'WA_EMBEDDED_SIGNUP') {
        end.sessionInfo = message;
        if (end.code) settle();
      } else if (message.authResponse) {
        end.code = message.authResponse.code;
        end.codeAt = performance.now();
        if (end.sessionInfo) settle();
        else setTimeout(settle, graceMs);
      } else {
        settle();
      }
    };
    addEventListener('message', take, { signal: listening.signal });
  });
}

async function connectInPopup(person) {
  // Within the click, before anything is waited for: a later one is blocked.
  const popup = open('about:blank', 'signup', 'popup,width=560,height=760');
  if (!popup) throw new Error('The browser has blocked the popup. Allow it for this page.');
  try {
    say("Waiting for Meta's dialog");
    const { state, appId, configurationId, graphVersion } = await api(
      'POST',
      '/wa-es-start',
      person,
    );
    const url = new URL(`/${graphVersion}/dialog/oauth`, dialog);
    url.search = new URLSearchParams({
      client_id: appId,
      config_id: configurationId,
      response_type: 'code',
      override_default_response_type: 'true',
      display: 'popup',
      origin: location.origin,
    });
    const ending = endOf(popup);
    popup.location = url;
    const { code, codeAt, sessionInfo } = await ending;
    if (!code) return say('Cancelled: nothing was connected.');
    say('Connecting');
    const { organizationId } = person;
    const body = { organizationId, state, code, ...(sessionInfo && { sessionInfo }) };
    const { connection } = await api('POST', '/wa-es-callback', body);
    show(connection, performance.now() - codeAt);
  } finally {
    popup.close();
  }
}

async function connectByRedirect(person) {
  const { dialogUrl } = await api('POST', '/wa-es-start', { ...person, redirectUri: page });
  sessionStorage.setItem('person', JSON.stringify(person));
  location.assign(dialogUrl);
}

/** What the redirect flow has brought this page: the result, and the connection where there is one. */
async function showReturn(query) {
  const [result, wabaId, step, reason] = ['result', 'wabaId', 'step', 'reason'].map((name) =>
    query.get(name),
  );
  if (result === 'declined') return say('Cancelled: nothing was connected.');
  if (!wabaId) return showProblem(`Nothing was connected: ${reason ?? result}. Start again.`);
  say(['Back with', result, step, reason].filter(Boolean).join(' '));
  const { organizationId } = person();
  const list = new URLSearchParams({ organizationId, limit: 100 });
  const { data } = await api('GET', `/save-whatsapp-credentials?${list}`);
  const connection = data.find((each) => each.wabaId === wabaId);
  if (connection) show(connection);
  else showProblem(`The organisation ${organizationId} has no connection with ${wabaId}.`);
}

function person() {
  return Object.fromEntries(new FormData(form));
}

/** Does one thing at a time, and shows what it throws. */
async function run(work) {
  const buttons = document.querySelectorAll('button');
  for (const button of buttons) button.disabled = true;
  showProblem();
  try {
    await work();
  } catch (error) {
    say('');
    showProblem(error.message);
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  byId('connection').hidden = true;
  const connect = event.submitter?.value === 'redirect' ? connectByRedirect : connectInPopup;
  void run(() => connect(person()));
});

for (const [name, value] of Object.entries(JSON.parse(sessionStorage.getItem('person') ?? '{}'))) {
  form.elements[name].value = value;
}
const query = new URLSearchParams(location.search);
if (query.has('result')) void run(() => showReturn(query));
