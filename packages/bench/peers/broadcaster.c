/* The limit of this machine: a broadcaster for WebSockets on one thread of epoll. What a turn of the loop brings for a room is put
 * into one piece of memory once, and every socket gets all its pieces of the turn with one write. No database, no accounts, no
 * checks. Its wire is the one of src/load/relay-codec.ts. Says on stdout where it listens. */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
  room_count = 1000000, /* numbers of six digits */
  room_at = 1,
  seq_at = 7,
  ref_at = 17,
  events_at_once = 1024,
  read_bytes = 65536,
  pieces_at_once = 64,
  unsent_limit = 64 << 20,
};

struct bytes {
  char *data;
  size_t length, capacity;
};

struct room {
  struct conn **members;
  uint32_t count, capacity, seq;
  struct bytes turn; /* the frames of this turn, ready to be sent */
};

struct conn {
  int fd;
  int upgraded, closing, waits_for_write;
  struct bytes in, unsent;
  struct room *pieces[pieces_at_once]; /* rooms whose turn is to be sent to it */
  int piece_count;
  struct room **rooms;
  uint32_t room_total, room_capacity;
};

static struct room *rooms[room_count];
static struct room **dirty_rooms;
static size_t dirty_room_count, dirty_room_capacity;
static struct conn **dirty_conns;
static size_t dirty_conn_count, dirty_conn_capacity;
static int poller;

static void *sized(void *memory, size_t bytes) {
  void *grown = realloc(memory, bytes);
  if (grown == NULL) {
    perror("memory");
    exit(1);
  }
  return grown;
}

#define push(list, count, capacity, item)                           \
  do {                                                              \
    if ((count) == (capacity)) {                                    \
      (capacity) = (capacity) ? (capacity) * 2 : 16;                \
      (list) = sized((list), (capacity) * sizeof *(list));          \
    }                                                               \
    (list)[(count)++] = (item);                                     \
  } while (0)

static char *reserve(struct bytes *bytes, size_t more) {
  if (bytes->length + more > bytes->capacity) {
    bytes->capacity = (bytes->length + more) * 2;
    bytes->data = sized(bytes->data, bytes->capacity);
  }
  return bytes->data + bytes->length;
}

static void append(struct bytes *bytes, const void *data, size_t length) {
  memcpy(reserve(bytes, length), data, length);
  bytes->length += length;
}

/* RFC 3174. Takes texts of fewer than 120 bytes: a key of 24 and the protocol's 36 have 60. */
static void sha1(const char *text, size_t length, uint8_t digest[20]) {
  uint8_t message[128] = {0};
  uint32_t h[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0}, w[80];
  size_t blocks = (length + 8) / 64 + 1;
  memcpy(message, text, length);
  message[length] = 0x80;
  for (int i = 0; i < 8; i++) message[blocks * 64 - 1 - i] = (uint8_t)((uint64_t)length * 8 >> (8 * i));
#define rol(x, n) ((x) << (n) | (x) >> (32 - (n)))
  for (size_t block = 0; block < blocks; block++) {
    const uint8_t *at = message + block * 64;
    for (int t = 0; t < 16; t++, at += 4) w[t] = (uint32_t)at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3];
    for (int t = 16; t < 80; t++) w[t] = rol(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
    uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
    for (int t = 0; t < 80; t++) {
      uint32_t f = t < 20 ? (b & c) | (~b & d) : t < 40 || t >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d);
      uint32_t k = t < 20 ? 0x5A827999 : t < 40 ? 0x6ED9EBA1 : t < 60 ? 0x8F1BBCDC : 0xCA62C1D6;
      uint32_t next = rol(a, 5) + f + e + w[t] + k;
      e = d, d = c, c = rol(b, 30), b = a, a = next;
    }
    h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e;
  }
  for (int i = 0; i < 20; i++) digest[i] = (uint8_t)(h[i / 4] >> (24 - 8 * (i % 4)));
}

static void base64(const uint8_t digest[20], char text[29]) {
  static const char *letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  char *out = text;
  for (int i = 0; i < 20; i += 3) {
    uint32_t three = (uint32_t)digest[i] << 16 | digest[i + 1] << 8 | (i + 2 < 20 ? digest[i + 2] : 0);
    for (int shift = 18; shift >= 0; shift -= 6) *out++ = letters[three >> shift & 63];
  }
  text[27] = '='; /* 20 bytes leave two letters and a half */
  text[28] = 0;
}

static void end(struct conn *conn) {
  for (uint32_t i = 0; i < conn->room_total; i++) {
    struct room *room = conn->rooms[i];
    for (uint32_t place = 0; place < room->count; place++) {
      if (room->members[place] != conn) continue;
      room->members[place] = room->members[--room->count];
      break;
    }
  }
  close(conn->fd);
  free(conn->in.data);
  free(conn->unsent.data);
  free(conn->rooms);
  free(conn);
}

static void watch_writes(struct conn *conn, int wanted) {
  if (conn->waits_for_write == wanted) return;
  conn->waits_for_write = wanted;
  struct epoll_event event = {.events = EPOLLIN | (wanted ? EPOLLOUT : 0), .data.ptr = conn};
  epoll_ctl(poller, EPOLL_CTL_MOD, conn->fd, &event);
}

/* Sends the turns of the socket's rooms with one system call; what the kernel does not take is kept. */
static void send_pieces(struct conn *conn) {
  if (conn->closing) {
    conn->piece_count = 0;
    return;
  }
  struct iovec vector[pieces_at_once];
  ssize_t written = 0;
  for (int i = 0; i < conn->piece_count; i++) {
    vector[i] = (struct iovec){conn->pieces[i]->turn.data, conn->pieces[i]->turn.length};
  }
  if (conn->unsent.length == 0) {
    written = conn->piece_count == 1 ? write(conn->fd, vector[0].iov_base, vector[0].iov_len)
                                     : writev(conn->fd, vector, conn->piece_count);
    if (written < 0 && errno != EAGAIN) conn->closing = 1;
    if (written < 0) written = 0;
  }
  for (int i = 0; i < conn->piece_count; i++) {
    size_t taken = (size_t)written < vector[i].iov_len ? (size_t)written : vector[i].iov_len;
    written -= (ssize_t)taken;
    if (taken < vector[i].iov_len) {
      append(&conn->unsent, (char *)vector[i].iov_base + taken, vector[i].iov_len - taken);
    }
  }
  conn->piece_count = 0;
  if (conn->unsent.length > unsent_limit) conn->closing = 1;
  watch_writes(conn, conn->unsent.length > 0);
}

/* What is for one socket alone: the end of the handshake, a join's answer. */
static void send_directly(struct conn *conn, const char *data, size_t length) {
  append(&conn->unsent, data, length);
  watch_writes(conn, 1);
}

static void drain(struct conn *conn) {
  ssize_t written = write(conn->fd, conn->unsent.data, conn->unsent.length);
  if (written < 0) {
    if (errno != EAGAIN) conn->closing = 1;
    return;
  }
  conn->unsent.length -= (size_t)written;
  memmove(conn->unsent.data, conn->unsent.data + written, conn->unsent.length);
  watch_writes(conn, conn->unsent.length > 0);
}

static struct room *room_of(const char *digits) {
  uint32_t number = 0;
  for (int i = 0; i < seq_at - room_at; i++) number = number * 10 + (uint32_t)(digits[i] - '0');
  if (number >= room_count) return NULL;
  if (rooms[number] == NULL) {
    rooms[number] = sized(NULL, sizeof *rooms[number]);
    memset(rooms[number], 0, sizeof *rooms[number]);
  }
  return rooms[number];
}

static void write_seq(char *payload, uint32_t seq) {
  for (int place = ref_at - 1; place >= seq_at; place--, seq /= 10) payload[place] = (char)('0' + seq % 10);
}

static void receive(struct conn *conn, const char *payload, size_t length) {
  if (length < seq_at) return;
  struct room *room = room_of(payload + room_at);
  if (room == NULL) return;
  if (payload[0] == 'J') {
    char answer[2 + ref_at] = {(char)0x81, ref_at};
    memcpy(answer + 2, payload, seq_at);
    write_seq(answer + 2, room->seq);
    push(room->members, room->count, room->capacity, conn);
    push(conn->rooms, conn->room_total, conn->room_capacity, room);
    send_directly(conn, answer, sizeof answer);
  } else if (payload[0] == 'M' && length >= ref_at && length < 65536) {
    if (room->turn.length == 0) push(dirty_rooms, dirty_room_count, dirty_room_capacity, room);
    char *frame = reserve(&room->turn, length + 4);
    size_t header = length < 126 ? 2 : 4;
    frame[0] = (char)0x81;
    frame[1] = (char)(header == 2 ? length : 126);
    if (header == 4) frame[2] = (char)(length >> 8), frame[3] = (char)length;
    memcpy(frame + header, payload, length);
    write_seq(frame + header, ++room->seq);
    room->turn.length += header + length;
  }
}

/* RFC 6455, 5.2: masked frames in one piece. Returns how many bytes were used. */
static size_t read_frames(struct conn *conn, char *data, size_t length) {
  size_t at = 0;
  while (length - at >= 2) {
    uint8_t *head = (uint8_t *)data + at;
    size_t payload = head[1] & 0x7f, header = 6;
    if (payload == 126) {
      if (length - at < 4) break;
      payload = (size_t)head[2] << 8 | head[3];
      header = 8;
    } else if (payload == 127) {
      conn->closing = 1;
      break;
    }
    if (length - at < header + payload) break;
    uint8_t *mask = head + header - 4, *text = head + header;
    for (size_t i = 0; i < payload; i++) text[i] ^= mask[i & 3];
    if ((head[0] & 0x0f) == 8) conn->closing = 1;
    else if ((head[0] & 0x0f) == 1) receive(conn, (char *)text, payload);
    at += header + payload;
  }
  return at;
}

/* RFC 6455, 4.2.2. Returns how many bytes were used, 0 while the head is incomplete. */
static size_t shake_hands(struct conn *conn, char *data, size_t length) {
  char *head_end = memmem(data, length, "\r\n\r\n", 4), joined[64], accept[29], answer[160];
  uint8_t digest[20];
  if (head_end == NULL) return 0;
  *head_end = 0;
  char *key = strcasestr(data, "sec-websocket-key:");
  if (key == NULL) {
    conn->closing = 1;
    return 0;
  }
  key += strlen("sec-websocket-key:");
  key += strspn(key, " ");
  snprintf(joined, sizeof joined, "%.24s%s", key, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
  sha1(joined, strlen(joined), digest);
  base64(digest, accept);
  int size = snprintf(answer, sizeof answer,
                      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      "Sec-WebSocket-Accept: %s\r\n\r\n", accept);
  send_directly(conn, answer, (size_t)size);
  conn->upgraded = 1;
  return (size_t)(head_end - data) + 4;
}

/* What is not whole yet waits with the socket; all others share one piece of memory. */
static void read_from(struct conn *conn) {
  static char shared[read_bytes];
  int carries = conn->in.length > 0;
  ssize_t got = read(conn->fd, carries ? reserve(&conn->in, read_bytes) : shared, read_bytes);
  if (got <= 0) {
    if (got == 0 || errno != EAGAIN) conn->closing = 1;
    return;
  }
  char *data = carries ? conn->in.data : shared;
  size_t length = conn->in.length + (size_t)got;
  size_t used = conn->upgraded ? 0 : shake_hands(conn, data, length);
  if (conn->upgraded) used += read_frames(conn, data + used, length - used);
  conn->in.length = carries ? length - used : 0;
  if (carries) memmove(conn->in.data, conn->in.data + used, length - used);
  else if (used < length) append(&conn->in, shared + used, length - used);
}

static void send_turn(void) {
  for (size_t i = 0; i < dirty_room_count; i++) {
    struct room *room = dirty_rooms[i];
    for (uint32_t place = 0; place < room->count; place++) {
      struct conn *conn = room->members[place];
      if (conn->piece_count == 0) push(dirty_conns, dirty_conn_count, dirty_conn_capacity, conn);
      conn->pieces[conn->piece_count++] = room;
      if (conn->piece_count == pieces_at_once) send_pieces(conn);
    }
  }
  for (size_t i = 0; i < dirty_conn_count; i++) {
    if (dirty_conns[i]->piece_count > 0) send_pieces(dirty_conns[i]);
  }
  for (size_t i = 0; i < dirty_room_count; i++) dirty_rooms[i]->turn.length = 0;
  dirty_room_count = dirty_conn_count = 0;
}

static void accept_all(int listener) {
  int fd, on = 1;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
    struct conn *conn = sized(NULL, sizeof *conn);
    memset(conn, 0, sizeof *conn);
    conn->fd = fd;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = conn};
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
  }
}

int main(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  poller = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
  if (bind(listener, (struct sockaddr *)&address, size) < 0 || listen(listener, 4096) < 0 ||
      getsockname(listener, (struct sockaddr *)&address, &size) < 0 ||
      epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event) < 0) {
    perror("listen");
    return 1;
  }
  printf("listening %d\n", ntohs(address.sin_port));
  fflush(stdout);
  signal(SIGPIPE, SIG_IGN);
  for (;;) {
    struct epoll_event events[events_at_once];
    int count = epoll_wait(poller, events, events_at_once, -1);
    for (int i = 0; i < count; i++) {
      struct conn *conn = events[i].data.ptr;
      if (conn == NULL) accept_all(listener);
      else if (events[i].events & EPOLLOUT) drain(conn);
      if (conn != NULL && events[i].events & ~EPOLLOUT) read_from(conn);
    }
    send_turn();
    for (int i = 0; i < count; i++) {
      struct conn *conn = events[i].data.ptr;
      if (conn != NULL && conn->closing) end(conn);
    }
  }
}
