// Settings of the programs whose clients Parley serves, where they are left over in the environment or in `.env`: some stand for Parley's
// own, of the others one line at the start says what takes their place. Nothing else in Parley looks at them.
import { type ForeignProgram, foreignPrograms } from '../storage/sources/recognise.ts'
import { isHost, isPort } from './config.ts'

interface LeftOver {
  readonly name: string
  /** Who reads it. */
  readonly programs: readonly ForeignProgram[]
  /** What becomes of it here, in words for the operator. */
  readonly here: string
  /** Parley's variable, which it is taken for while that one is missing. */
  readonly standsFor?: 'HOST' | 'PORT'
  /** It is told of only beside one of these: by itself the name says nothing of whose it is. */
  readonly beside?: readonly string[]
  /** Parley has a variable of that name itself: there is nothing to tell. */
  readonly isOwn?: true
}

type Group = Omit<LeftOver, 'name' | 'programs'> & {
  readonly variables: Readonly<Record<string, readonly ForeignProgram[]>>
}

const [application, api, windi, messenger, backend] = [
  'chat-application',
  'messenger-api',
  'windi-messenger',
  'messenger',
  'chat-backend',
] as const

const database =
  'the other database, which only parley import reads; Parley has one of its own (DATABASE_URL)'
const algorithm = 'tokens are always signed with HS256'

const groups: readonly Group[] = [
  { here: 'stands for HOST, unless that is set', standsFor: 'HOST', variables: { SERVER_HOST: [windi] } },
  { here: 'stands for PORT, unless that is set', standsFor: 'PORT', variables: { SERVER_PORT: [windi] } },
  {
    here: 'Parley has it too: a +driver in its scheme is overlooked, and the database of another program refused',
    isOwn: true,
    variables: { DATABASE_URL: [application, backend] },
  },
  {
    here: database,
    variables: {
      POSTGRES_HOST: [api, windi],
      POSTGRES_PORT: [api, windi],
      SQLALCHEMY_DATABASE_URI: [api],
      DB_HOST: [messenger],
      DB_PORT: [messenger],
      DB_NAME: [messenger],
      DB_USER: [messenger],
      DB_PASSWORD: [messenger],
    },
  },
  {
    here: database,
    // Parley's own compose.yaml has variables of these names.
    beside: ['POSTGRES_HOST', 'POSTGRES_PORT'],
    variables: {
      POSTGRES_USER: [api, windi],
      POSTGRES_PASSWORD: [api, windi],
      POSTGRES_DB: [api, windi],
    },
  },
  {
    here: 'Parley makes a secret of its own, or takes PARLEY_SECRET; everybody logs in once',
    variables: {
      SECRET_KEY: [application, api, backend],
      REFRESH_SECRET_KEY: [api],
      JWT_SECRET_KEY: [windi],
      SECURITY_SECRET_KEY: [messenger],
    },
  },
  {
    here: 'a token lives 24 hours, in messenger-api 15 minutes, and dies with its session',
    variables: {
      ACCESS_TOKEN_EXPIRE_MINUTES: [application, api, backend],
      REFRESH_TOKEN_EXPIRE_DAYS: [api],
      JWT_ACCESS_TOKEN_EXPIRES_MINUTES: [windi],
      SECURITY_ACCESS_TOKEN_EXPIRE_MINUTES: [messenger],
      SECURITY_REFRESH_TOKEN_EXPIRE_DAYS: [messenger],
    },
  },
  {
    here: algorithm,
    variables: { JWT_ALGORITHM: [windi], SECURITY_ALGORITHM: [messenger] },
  },
  { here: algorithm, beside: ['SECRET_KEY'], variables: { ALGORITHM: [application, api, backend] } },
  {
    here: 'pages of any origin may call this contract; PARLEY_ALLOWED_ORIGINS is for cookies',
    variables: { BACKEND_CORS_ORIGINS: [application] },
  },
  {
    here: 'names and addresses are those of the contract',
    beside: ['SECRET_KEY'],
    variables: {
      PROJECT_NAME: [application, api],
      VERSION: [application, api],
      API_V1_STR: [application, api],
    },
  },
  {
    here: 'Parley chooses how many connections it has',
    beside: ['POSTGRES_HOST'],
    variables: { POOL_SIZE: [api] },
  },
  { here: '.env is read where Parley is started', beside: ['SECRET_KEY'], variables: { ENV_FILE: [api] } },
]

/** Every variable that one of these programs reads, by its source and its document. docs/moving/README.md shows this table. */
export const leftOvers: readonly LeftOver[] = groups.flatMap(({ variables, ...group }) =>
  Object.entries(variables).map(([name, programs]) => ({ name, programs, ...group })),
)

type Environment = Readonly<Record<string, string | undefined>>

/** What the environment has of other programs. */
export interface LeftOverSettings {
  /** Variables of Parley with the values of those that stand for them. */
  readonly adopted: Readonly<Record<string, string>>
  /** Tells of them without any value, for the operator; undefined when there are none. */
  readonly line: string | undefined
}

export function leftOverSettings(environment: Environment): LeftOverSettings {
  const textOf = (name: string): string => environment[name]?.trim() ?? ''
  const isSet = (name: string): boolean => textOf(name) !== ''
  const found = leftOvers.filter(
    ({ name, beside, isOwn }) => isSet(name) && isOwn !== true && (beside?.some(isSet) ?? true),
  )
  const isAdopted = ({ name, standsFor }: LeftOver): boolean =>
    standsFor !== undefined && !isSet(standsFor) && isFit[standsFor](textOf(name))
  const adopted = found.filter(isAdopted)
  const unused = found.filter((one) => !isAdopted(one))
  return {
    adopted: Object.fromEntries(adopted.map(({ name, standsFor = '' }) => [standsFor, textOf(name)])),
    line: found.length === 0 ? undefined : lineOf(found, adopted, unused),
  }
}

const isFit = { HOST: isHost, PORT: isPort } as const

function lineOf(
  found: readonly LeftOver[],
  adopted: readonly LeftOver[],
  unused: readonly LeftOver[],
): string {
  const owners = foreignPrograms.filter((program) =>
    found.every(({ programs }) => programs.includes(program)),
  )
  const taken = adopted.map(({ name, standsFor }) => `${name} stands for ${standsFor}`)
  const reasons = Map.groupBy(unused, ({ here }) => here)
  const left = [...reasons].map(([here, group]) => `${group.map(({ name }) => name).join(', ')} (${here})`)
  const parts = [...taken, ...(left.length === 0 ? [] : [`not used: ${left.join(', ')}`])]
  const page = owners.length === 1 ? owners[0] : 'README'
  return `settings of ${owners.join(' or ') || 'other programs'}: ${parts.join('; ')}. See docs/moving/${page}.md`
}
