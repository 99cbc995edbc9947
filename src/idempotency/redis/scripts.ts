import { createHash } from 'node:crypto';

/*
 * What is done inside Redis, each in one step. All keys have one hash tag, so that a script over several of them is legal in
 * a cluster, too. An entry is a hash:
 *
 *   state        held, abandoned or done
 *   token        of the claim that wrote it; nobody else changes it while it is there and its time is not over
 *   fingerprint  of the request
 *   claimedAt    when it was taken
 *   since        when the earliest attempt may have been stamped that it has taken over the doubt of; else claimedAt
 *   until        until when nobody else may take it
 *   outcome      JSON, of a done one
 *
 * The marker is the hash that says which server process has written the rest: `runId`, `changedAt` (since when that process
 * is the one), `since` (from when on claims may have been lost, see HELLO) and `at` (the last claim).
 *
 * Times are ms since the epoch on the clock of Redis: TIME, the same in the whole of a script.
 */

/** A script and the name Redis knows it by. */
export interface Script {
  readonly text: string;
  readonly sha1: string;
}

/** Begins every key: they are all on one node of a cluster. */
export const HASH_TAG = '{orders}';

/** The marker's key. */
export const MARKER = `${HASH_TAG}:server`;

const NOW = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
`;

/**
 * KEYS marker; ARGV run id, hold ms, ttl ms. Makes the marker that of this server process, if it is not yet.
 *
 * What survives of a server is what it had written up to some moment, and `at` is the last of its claims that survived: those
 * that were lost came later. Where there is no marker nothing survived, or there never was anything: nobody can tell the two
 * apart, so everything that is not older than the TTL may have been lost. What an earlier change has lost stays lost.
 */
export const HELLO = script(`${NOW}
local hold, ttl = tonumber(ARGV[2]), tonumber(ARGV[3])
local marker = redis.call('HMGET', KEYS[1], 'runId', 'changedAt', 'since', 'at')
if marker[1] == ARGV[1] then return 0 end
local since = now - ttl
if marker[1] then
  local lost = math.min(tonumber(marker[4]), now - hold)
  if now < tonumber(marker[2]) + hold + ttl then lost = math.min(lost, tonumber(marker[3])) end
  since = math.max(since, lost)
end
redis.call('HSET', KEYS[1], 'runId', ARGV[1], 'changedAt', now, 'since', since, 'at', now)
return 1
`);

/** KEYS marker; ARGV run id. Answers with now, and changedAt; nil where the marker is not this process's. */
export const LOOK = script(`${NOW}
local marker = redis.call('HMGET', KEYS[1], 'runId', 'changedAt')
if marker[1] ~= ARGV[1] then return {now, false} end
return {now, tonumber(marker[2])}
`);

/**
 * KEYS marker, request[, order]; ARGV run id, hold ms, ttl ms, token, fingerprint. Answers with one of
 * lost | done, by, outcome | held, by, fingerprint, for ms, remaining ms, state | wait, ms | mine, now, since, until, 1 where claims may have been lost.
 */
export const CLAIM = script(`${NOW}
local hold, ttl = tonumber(ARGV[2]), tonumber(ARGV[3])
local marker = redis.call('HMGET', KEYS[1], 'runId', 'changedAt', 'since')
if marker[1] ~= ARGV[1] then return {'lost'} end
local trusted = tonumber(marker[2]) + hold
local since, till, lost = false, false, 0
if now < trusted + ttl then since, till, lost = tonumber(marker[3]), trusted, 1 end
for i = 2, #KEYS do
  local by = i == 2 and 'request' or 'order'
  local entry = redis.call('HMGET', KEYS[i], 'state', 'outcome', 'fingerprint', 'claimedAt', 'since', 'until')
  if entry[1] == 'done' then return {'done', by, entry[2]} end
  if entry[1] then
    local ends = tonumber(entry[6])
    if now < ends or (i == 2 and entry[3] ~= ARGV[5]) then
      return {'held', by, entry[3], now - tonumber(entry[4]), math.max(0, ends - now), entry[1]}
    end
    since = math.min(since or now, tonumber(entry[5]))
    till = math.max(till or 0, ends)
  end
end
if now < trusted then return {'wait', trusted - now} end
for i = 2, #KEYS do
  redis.call('HSET', KEYS[i], 'state', 'held', 'token', ARGV[4], 'fingerprint', ARGV[5],
    'claimedAt', now, 'since', since or now, 'until', now + hold)
  redis.call('PEXPIRE', KEYS[i], hold + ttl)
end
redis.call('HSET', KEYS[1], 'at', now)
return {'mine', now, since, till, lost}
`);

const IS_OURS = `
local function isOurs(key)
  local entry = redis.call('HMGET', key, 'token', 'state')
  return entry[1] == ARGV[1] and entry[2] ~= 'done'
end
`;

/** For scripts whose ARGV begins with token, ttl ms, outcome. What was told once stays told. */
const FINISH = `${IS_OURS}
local function finish(key)
  redis.call('DEL', key)
  redis.call('HSET', key, 'state', 'done', 'token', ARGV[1], 'outcome', ARGV[3])
  redis.call('PEXPIRE', key, ARGV[2])
end
local function isFree(key)
  return redis.call('EXISTS', key) == 0 or isOurs(key)
end
`;

/** KEYS request[, order]; ARGV token, ttl ms, outcome. What has gone meanwhile is written again, what is another's never. */
export const COMPLETE = script(`${FINISH}
for _, key in ipairs(KEYS) do
  if isFree(key) then finish(key) end
end
`);

/** After NOW and IS_OURS, for scripts whose ARGV begins with token, ttl ms. Without a time of its own an entry keeps its. */
const LEFT = `
local function left(key, since, till)
  if not isOurs(key) then return end
  redis.call('HSET', key, 'state', 'abandoned')
  if since then redis.call('HSET', key, 'since', since, 'until', till) end
  local remaining = math.max(0, tonumber(redis.call('HGET', key, 'until')) - now)
  redis.call('PEXPIRE', key, remaining + tonumber(ARGV[2]))
end
`;

/** KEYS request[, order]; ARGV token. Answers with 1 if every key was the token's. */
export const RELEASE = script(`${IS_OURS}
local ours = 1
for _, key in ipairs(KEYS) do
  if isOurs(key) then redis.call('DEL', key) else ours = 0 end
end
return ours
`);

/** KEYS request[, order]; ARGV token, ttl ms[, since, until]: nobody is at it any more. */
export const LEAVE = script(`${NOW}${IS_OURS}${LEFT}
for _, key in ipairs(KEYS) do left(key, ARGV[3], ARGV[4]) end
`);

/**
 * KEYS request of the outcome, request[, order]; ARGV token, ttl ms, outcome, since, until, 1 where the outcome is of the order.
 * The outcome's request is done whoever else is at it: they would find the same.
 */
export const SETTLE = script(`${NOW}${FINISH}${LEFT}
if redis.call('HGET', KEYS[1], 'state') ~= 'done' then finish(KEYS[1]) end
if isOurs(KEYS[2]) then redis.call('DEL', KEYS[2]) end
if not KEYS[3] then return end
if ARGV[6] ~= '1' then
  left(KEYS[3], ARGV[4], ARGV[5])
elseif isFree(KEYS[3]) then
  finish(KEYS[3])
end
`);

function script(text: string): Script {
  return { text, sha1: createHash('sha1').update(text).digest('hex') };
}
