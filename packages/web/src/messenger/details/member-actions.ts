// What a person of a given role may do with a member. The server decides; this only hides what it would refuse.
import type { Member, Role } from '@parley/protocol'

export type MemberAction = 'make-admin' | 'make-member' | 'make-owner' | 'remove'

/** Roles are the owner's to give; admins remove ordinary members. Oneself one leaves, elsewhere. */
export function memberActions(
  ownRole: Role | null,
  member: Pick<Member, 'user_id' | 'role'>,
  meId: string,
): MemberAction[] {
  if (member.user_id === meId || member.role === 'owner') return []
  if (ownRole === 'owner')
    return [member.role === 'admin' ? 'make-member' : 'make-admin', 'make-owner', 'remove']
  return ownRole === 'admin' && member.role === 'member' ? ['remove'] : []
}
