// Keeps what is answered until it is sent, and sends it from the page itself: a lost network, a busy server, a
// reload or a phone that fell asleep means waiting and trying again, never answering again. Answers are kept
// with the page's key, so however often they are sent they count once. They are kept for this tab alone, as
// another child may open the same link on the same phone; not at all where children share a tablet. What was sent
// and not answered goes on being sent when the link is opened anew, or another one in the same tab, unseen. Without this
// script the form is posted as ever.
(function () {
'use strict';
var HOUR = 3600000;
var form = document.getElementById('f');
var button = document.getElementById('b');
var status = document.getElementById('m');
var done = form.getAttribute('data-done');
var place = 'tld ' + form.getAttribute('data-access');
var queue = 'tld +';
var plain = button.textContent;
var label = plain;
var asked = !!form.sure;
var back = form.querySelector('.end .back');
var last = back && {text: back.textContent, href: back.getAttribute('href')};
// what the tab keeps; store: where this page's answers may be in it
var session = null;
var store = null;
var sending = false;
var left = false;
var moving = false;
var tries = 0;
var timer = 0;
var forget = 0;
var touched = 0;
var others = null;
var visit = '';
var later = 0;
var refused = false;
var begun = true;
try {
  session = window.fetch && window.URLSearchParams ? window.sessionStorage : null;
  store = form.hasAttribute('data-shared') ? null : session;
} catch (e) {}
function byId(id) {
  return document.getElementById(id);
}
function each(list, what) {
  Array.prototype.forEach.call(list, what);
}
function data() {
  return new URLSearchParams(new FormData(form)).toString();
}
// ---- which visit it is. The browser's own page for a lost network leaves nothing to know a visit by but its address:
// the load that succeeds at last counts as a new one, with nothing in history.state. So the visit has a word of its own
// there from the first answer on, which no link and no QR code has.
function addressOf(where, word) {
  var url = new URL(where, location.href);
  if (word) url.searchParams.set('besok', word);
  else url.searchParams.delete('besok');
  return url.href;
}
function word() {
  return new URLSearchParams(location.search).get('besok');
}
function nameVisit() {
  visit = visit || Math.random().toString(36).slice(2, 10);
  if (word() !== visit) try { history.replaceState(null, '', addressOf(location.href, visit)); } catch (e) {}
}
// The key stands at the end of the page, after this script, and is not there when the end is lost: then the collector
// tells so, and gives the page with a key.
function key() {
  return form.key ? form.key.value : '';
}
// ---- what is kept: {key, to: where it is sent, visit, sent: 1 when the pupil has pressed the button, 2 when the collector has told what is
// wrong, moved: to another language, at, with}, and once the answers are saved nothing of them but {saved: visit}, for
// the way back
function wipe() {
  clearTimeout(forget);
  try { store.removeItem(place); } catch (e) {}
}
function forgetAll() {
  wipe();
  form.reset();
  each(form.elements, function (e) { e.checked = false; });
  byId('again').hidden = true;
}
function keep(sent, moved) {
  if (!store || left) return;
  touched = sent ? 0 : Date.now();
  nameVisit();
  try {
    store.setItem(place, JSON.stringify({
      key: key(), to: form.getAttribute('action'), visit: visit, sent: sent, moved: moved, at: Date.now(), with: data()
    }));
  } catch (e) {}
  clearTimeout(forget);
  if (!sent) forget = setTimeout(forgetAll, 2 * HOUR);
}
function read(name) {
  try { return JSON.parse(session.getItem(name)) || {}; } catch (e) { return {}; }
}
function held() {
  return store ? read(place) : {};
}
function aged(draft) {
  return Date.now() - draft.at > (draft.sent ? 24 : 2) * HOUR;
}
// Whether the tab had this page before: a reload, a way back, a tab that the browser restored when it was started anew
// (the older of the two ways to ask does not know those).
function returned() {
  var p = window.performance;
  var way = p && p.getEntriesByType && p.getEntriesByType('navigation')[0];
  return way ? way.type !== 'navigate' : p && p.navigation && p.navigation.type > 0;
}
function mine(name) {
  return returned() || name && word() === name;
}
// Not for one who opens the link anew: answers that were not sent are gone, those that were wait apart.
function kept() {
  var draft = held();
  wipe();
  if (!draft.with || aged(draft)) return null;
  if (mine(draft.visit)) return draft;
  if (draft.sent === 1) setApart(draft);
  return null;
}
// Another link that was open in this tab was so for another visit. The bare word that something is saved may stay, but
// not where children take turns.
function clearOthers() {
  each(Object.keys(session), function (name) {
    var draft = read(name);
    if (name.slice(0, 4) !== 'tld ' || name === queue || store && (name === place || draft.saved)) return;
    session.removeItem(name);
    if (draft.sent === 1 && !aged(draft)) setApart(draft);
  });
}
function restore(draft) {
  var given = new URLSearchParams(draft.with);
  each(form.elements, function (e) {
    if (e.type === 'radio') e.checked = given.get(e.name) === e.value && e.value !== '';
    else if (e.name === 'code' && !e.value) e.value = given.get('code') || '';
  });
  if (form.key && draft.key) form.key.value = draft.key;
  visit = draft.visit;
  if (given.get('sure')) insist();
  byId('again').hidden = !!draft.moved;
}
// An empty question to which "back" leads would be answered as if it were the first: that is where one begins.
function startOver() {
  begun = false;
  if (location.hash.length > 1 && location.hash !== '#s0' && !form.querySelector('.q :checked')) location.replace('#s0');
}
function start() {
  var draft;
  if (session) clearOthers();
  // each step of a form is a page to go back to: those of a form that is sent lead on to Tack, not to empty questions
  // which would count again
  if (store && held().saved && mine(held().saved)) {
    visit = held().saved;
    return leave(done);
  }
  draft = store && kept();
  if (draft) restore(draft);
  else if (returned() || word()) startOver();
  if (session) flush();
  if (!store) return;
  byId('kept').hidden = false;
  if (form.querySelector('.q :checked')) keep(draft && draft.sent);
  // pressed before the page was lost
  if (draft && draft.sent) send();
}
// ---- asking, once, when most questions are open
function openOnes() {
  return Array.prototype.filter.call(form.querySelectorAll('fieldset:not(.pick)'), function (f) {
    var given = f.querySelector(':checked');
    return !given || given.value === '';
  });
}
function mostOpen() {
  var all = form.querySelectorAll('fieldset:not(.pick)').length;
  var open = openOnes().length;
  return 2 * open > all && open < all;
}
// One at a time, the way back from the end leads where the question points: to the first that is open.
function lead() {
  var first = label !== plain && openOnes()[0];
  if (!back) return;
  back.textContent = first ? back.getAttribute('data-open') : last.text;
  back.setAttribute('href', first ? '#' + first.parentNode.id : last.href);
}
function insist() {
  var sure = document.createElement('input');
  sure.type = 'hidden';
  sure.name = 'sure';
  sure.value = 1;
  form.appendChild(sure);
  asked = true;
}
function ask() {
  insist();
  label = form.getAttribute('data-anyway');
  rest();
  lead();
  say(form.getAttribute('data-open'), 'asks');
}
// ---- sending
// kind: the class of its drawing
function say(text, kind) {
  status.textContent = text || '';
  status.parentNode.className = 'status ' + (kind || '');
}
function rest() {
  sending = false;
  button.textContent = label;
  button.removeAttribute('aria-disabled');
}
// Nothing may be left here for the next child, not even in a page that the browser sets aside whole.
function leave(where) {
  left = true;
  forgetAll();
  if (where === done) try { store.setItem(place, JSON.stringify({saved: visit})); } catch (e) {}
  location.replace(where);
}
// Of why it failed a page knows only whether the device has a network at all.
function again(seconds) {
  rest();
  say(form.getAttribute(navigator.onLine === false ? 'data-offline' : 'data-failed'), 'waits');
  tell('waiting');
  tries++;
  // a whole school waits here: spread it out
  timer = setTimeout(send, 1000 * Math.max(Math.min(60, seconds), Math.min(30, Math.pow(2, tries))) * (0.75 + Math.random() / 2));
}
// Only the collector's own word counts, "TLD " and the page's key: a school's filter, a login page of the network or a
// proxy may answer in its place with anything, and the answers stay here.
function heard(reply, text, key) {
  var own = text.slice(0, 4) === 'TLD ';
  if (reply.status === 200 && text === 'TLD ' + key) {
    // saved; the filled-in page leaves the history, so "back" does not show it to the next child
    flush(function () { leave(done); });
  } else if (own && reply.status >= 400 && reply.status < 500) {
    // something to tell: let the browser show the server's own page, which has the answers if they can be mended
    if (reply.status !== 409 && reply.status !== 422) wipe();
    else keep(2);
    left = true;
    HTMLFormElement.prototype.submit.call(form);
  } else {
    again(+reply.headers.get('Retry-After') || 0);
  }
}
function post(to, body, hear, fail) {
  var stop = window.AbortController ? new AbortController() : null;
  var limit = setTimeout(function () { if (stop) stop.abort(); }, 20000);
  fetch(to, {
    method: 'POST',
    headers: {Accept: 'text/plain'},
    body: new URLSearchParams(body),
    redirect: 'manual',
    credentials: 'same-origin',
    signal: stop ? stop.signal : undefined
  }).then(function (reply) {
    return reply.text().then(function (text) {
      clearTimeout(limit);
      hear(reply, text);
    });
  }).catch(function () {
    clearTimeout(limit);
    if (!left) fail();
  });
}
function send() {
  if (left) return;
  var its = key();
  clearTimeout(timer);
  timer = 0;
  sending = true;
  keep(1);
  // a slip's own address would tell that its code is used, where a reload shall send once more what this page sent
  if (store && form.code && form.code.type === 'hidden') history.replaceState(null, '', addressOf(form.getAttribute('action') + location.hash, visit));
  button.textContent = form.getAttribute('data-sending');
  button.setAttribute('aria-disabled', 'true');
  post(form.getAttribute('action'), data(), function (reply, text) { heard(reply, text, its); }, function () { again(0); });
}
// ---- what was sent from this tab before this link was opened, by it or by another: a list of what was kept, oldest first
function apart() {
  var list = read(queue);
  return Array.isArray(list) ? list.filter(function (d) { return !aged(d); }) : [];
}
function lay(list) {
  try {
    if (list.length) session.setItem(queue, JSON.stringify(list));
    else session.removeItem(queue);
  } catch (e) {}
}
// Of this link, and not of another one.
function own(draft) {
  return draft.to.split('?')[0] === form.getAttribute('action').split('?')[0];
}
function setApart(draft) {
  lay(apart().concat(draft));
}
// Sends them one by one, with their own keys, and says so.
function flush(then) {
  var draft = session && apart()[0];
  var other;
  clearTimeout(later);
  later = 0;
  function failed() {
    if (then) then();
    else later = setTimeout(flush, 20000 * (0.75 + Math.random() / 2));
  }
  if (!draft) {
    lay([]);
    return then && then();
  }
  other = own(draft) ? '' : 'other-';
  note(other + 'waiting');
  if (!other) tell('waiting');
  post(draft.to, draft.with, function (reply, text) {
    var saved = reply.status === 200 && text === 'TLD ' + draft.key;
    if (!saved && !(text.slice(0, 4) === 'TLD ' && reply.status >= 400 && reply.status < 500)) return failed();
    refused = refused || !saved;
    lay(apart().filter(function (d) { return d.key !== draft.key; }));
    if (!apart().length) note(refused ? 'lost' : other + 'sent');
    flush(then);
  }, failed);
}
function note(what) {
  var p = byId('elsewhere');
  p.textContent = p.getAttribute('data-' + what);
  p.hidden = false;
}
// ---- other tabs of this browser, by word of mouth: nothing is stored for it, and nobody is kept from answering
function tell(word) {
  try { others.postMessage(word); } catch (e) {}
}
function listen() {
  if (!window.BroadcastChannel || form.hasAttribute('data-shared')) return;
  try { others = new BroadcastChannel(place); } catch (e) { return; }
  others.onmessage = function (event) {
    if (event.data === 'any?' && (tries || session && apart().some(own))) tell('waiting');
    if (event.data === 'waiting' && !tries) note('waiting');
  };
  tell('any?');
}
function wake() {
  // timers stand still while a phone sleeps
  if (touched && Date.now() - touched > 2 * HOUR) forgetAll();
  if (timer && !sending && !document.hidden) send();
  if (later && !document.hidden) flush();
}
form.addEventListener('submit', function (event) {
  if (moving) {
    left = true;
  } else if (sending) {
    event.preventDefault();
  } else if (window.fetch && window.URLSearchParams) {
    event.preventDefault();
    say('');
    if (!asked && mostOpen()) ask();
    else send();
  } else {
    sending = true;
  }
});
form.addEventListener('change', function () {
  keep(timer || sending ? 1 : 0);
  if (label !== plain && !timer && !sending && !mostOpen()) {
    label = plain;
    rest();
    say('');
  }
  lead();
});
byId('afresh').addEventListener('click', function () {
  clearTimeout(timer);
  if (held().sent === 1) setApart(held());
  leave(addressOf(location.pathname + location.search));
});
// A tablet that is passed on: one child gives up and the next one begins. Without this script a plain link.
function afresh(event) {
  event.preventDefault();
  clearTimeout(timer);
  leave(byId('restart').href);
}
if (byId('restart')) {
  byId('restart').addEventListener('click', function (event) {
    if (!form.querySelector('.q :checked')) return afresh(event);
    event.preventDefault();
    byId('ask').hidden = false;
    byId('stay').focus();
  });
  byId('ask').querySelector('a').addEventListener('click', afresh);
  byId('stay').addEventListener('click', function () {
    byId('ask').hidden = true;
    byId('restart').focus();
  });
}
// "go" on a phone's keyboard: the code is typed, but nothing is answered yet
if (byId('code')) byId('code').addEventListener('keydown', function (event) {
  if (event.key !== 'Enter') return;
  event.preventDefault();
  byId('code').blur();
});
// Who comes back goes on coming back, step by step, until a step is asked for by its link.
each(form.querySelectorAll('a[href^="#"]'), function (a) {
  a.addEventListener('click', function () { begun = true; });
});
window.addEventListener('hashchange', function () { if (!begun) startOver(); });
// "begin" is a link to the first step, not a button that asks for a page of it.
each(form.querySelectorAll('.go'), function (e) { e.hidden = e.tagName === 'BUTTON'; });
// Where nothing may be kept, another language is a button as without this script: it sends the answers along. A
// preview has links alone.
var carriers = document.querySelectorAll('nav [value]');
each(carriers, function (b) {
  b.hidden = !!store;
  b.addEventListener('click', function () {
    b.formAction = b.formAction.split('#')[0] + location.hash;
    moving = true;
  });
});
each(document.querySelectorAll('nav a'), function (a) {
  a.hidden = !store && carriers.length > 0;
  a.addEventListener('click', function () {
    a.hash = location.hash;
    if (!form.querySelector('.q :checked') && !(form.code && form.code.value)) return;
    keep(timer || sending ? 1 : 0, 1);
    a.href = addressOf(a.href, visit);
  });
});
window.addEventListener('online', wake);
document.addEventListener('visibilitychange', wake);
window.addEventListener('pageshow', function (event) {
  if (!event.persisted) return;
  // sent meanwhile, from here or in another language: a fresh page
  if (left || held().key !== key()) location.reload();
  else if (!sending && !timer) { rest(); say(''); }
});
listen();
if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
else start();
})();
