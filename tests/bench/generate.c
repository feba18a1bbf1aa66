/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks a target about its return path, from many sources at once, and matches
 * every answer with its question. Either as fast as answers come, with a fixed
 * number of probes out at a time, or at a fixed rate. Prints one JSON object.
 *
 * Bounded in time by --seconds. Runs in a namespace of its own (see `run`):
 * frames go straight to the gateway, so that routing here costs nothing.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

#include "crowd.h"
#include "histogram.h"
#include "plan.h"

enum { BATCH = 64, SNAP = 192, RING = 1 << 16 };
enum { SOCKET_BUFFER = 64 << 20, LOST_NS = 500000000, STALL_NS = 200000000, NAP_NS = 20000 };
enum { STAMP_ROOM = CMSG_SPACE(sizeof(struct timespec)) };

static const uint64_t second_ns = 1000000000;

/* A probe that has left. */
struct slot {
	uint32_t number;
	uint8_t hop;
	bool is_out, is_measured, is_known;
	uint64_t sent_ns;
};

struct tally {
	uint64_t total; /* probes, with those of the warm-up */
	uint64_t sent, answered, wrong, duplicate, strange, refused;
	uint64_t answers; /* while we measured, whenever they were asked for */
	struct histogram latency;
};

struct worker {
	const struct plan *plan;
	struct crowd crowd; /* this worker's part of it */
	int out, in;
	uint32_t next, oldest; /* numbers */
	uint32_t waiting; /* probes out */
	bool is_measuring;
	uint64_t start_ns, from_ns, end_ns;
	struct tally tally;
	struct slot *slots;
	struct sockaddr_ll gateway;
	uint8_t probes[BATCH][CROWD_PROBE_MAX];
	uint8_t answers[BATCH][SNAP];
	uint8_t stamps[BATCH][STAMP_ROOM];
	struct mmsghdr out_messages[BATCH], in_messages[BATCH];
	struct iovec out_vectors[BATCH], in_vectors[BATCH];
};

static void fail(const char *what)
{
	fprintf(stderr, "generate: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* Wall clock: what the kernel stamps packets with. */
static uint64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * second_ns + (uint64_t)now.tv_nsec;
}

/* --- sockets --- */

/* ICMP errors for this worker's sources, and nothing else, before any copy is made. */
static void set_filter(const struct worker *w)
{
	const struct crowd *c = &w->crowd;
	bool four = c->target.family == 4;
	uint32_t base = load_u32(c->network.bytes + (four ? 0 : 12));
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, four ? 9 : 6),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, four ? PROTOCOL_ICMP : PROTOCOL_ICMP6, 0, 10),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, four ? 16 : 36),
		BPF_STMT(BPF_ALU | BPF_SUB | BPF_K, base),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, c->stride),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 5),
		BPF_STMT(BPF_MISC | BPF_TXA, 0),
		BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, c->stride),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 1 + c->step * c->count, 2, 0),
		BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, c->step),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, c->first % c->step, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, SNAP),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };

	if (setsockopt(w->in, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)))
		fail("filter");
}

static void open_sockets(struct worker *w)
{
	uint16_t protocol = htons(w->crowd.target.family == 4 ? ETH_P_IP : ETH_P_IPV6);
	struct sockaddr_ll here = { .sll_family = AF_PACKET,
		.sll_protocol = protocol,
		.sll_ifindex = (int)w->plan->ifindex };
	int size = SOCKET_BUFFER, on = 1;

	w->in = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	w->out = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (w->in < 0 || w->out < 0)
		fail("packet socket");
	if (setsockopt(w->in, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(w->in, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	setsockopt(w->out, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on));
	if (w->plan->rate > 0 && setsockopt(w->in, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)))
		fail("time stamps");
	set_filter(w);
	if (bind(w->in, (struct sockaddr *)&here, sizeof(here)))
		fail("bind");
	w->gateway = here;
	w->gateway.sll_halen = ETH_ALEN;
	memcpy(w->gateway.sll_addr, w->plan->gateway, ETH_ALEN);
}

static void prepare_messages(struct worker *w)
{
	for (int i = 0; i < BATCH; i++) {
		w->out_vectors[i].iov_base = w->probes[i];
		w->out_messages[i].msg_hdr = (struct msghdr){ .msg_name = &w->gateway,
			.msg_namelen = sizeof(w->gateway),
			.msg_iov = &w->out_vectors[i],
			.msg_iovlen = 1 };
		w->in_vectors[i] = (struct iovec){ w->answers[i], SNAP };
		w->in_messages[i].msg_hdr = (struct msghdr){ .msg_iov = &w->in_vectors[i], .msg_iovlen = 1 };
	}
}

/* --- what leaves --- */

static struct slot *slot_of(struct worker *w, uint32_t number)
{
	return &w->slots[number % RING];
}

/* Steps over what is settled, and gives up on what has been out too long. */
static void retire(struct worker *w, uint64_t now_ns)
{
	for (; w->oldest != w->next; w->oldest = (w->oldest + 1) % CROWD_NUMBERS) {
		struct slot *s = slot_of(w, w->oldest);
		bool is_needed = (w->next - w->oldest) % CROWD_NUMBERS > RING - BATCH;

		if (!s->is_out)
			continue;
		if (now_ns < s->sent_ns + LOST_NS && !is_needed)
			return;
		s->is_out = false;
		w->waiting--;
	}
}

static void send_probes(struct worker *w, unsigned count)
{
	uint64_t now_ns = clock_ns();
	int sent;

	retire(w, now_ns);
	for (unsigned i = 0; i < count; i++) {
		uint32_t number = (w->next + i) % CROWD_NUMBERS;
		uint8_t hop = (uint8_t)(number % w->plan->hop_count);

		*slot_of(w, number) = (struct slot){ number, hop, true, w->is_measuring, true, now_ns };
		w->out_vectors[i].iov_len = crowd_probe(&w->crowd, number, w->plan->hops[hop].ttl, w->probes[i]);
	}
	sent = sendmmsg(w->out, w->out_messages, count, 0);
	if (sent < 0 && errno != ENOBUFS && errno != EAGAIN && errno != EINTR)
		fail("send");
	sent = sent < 0 ? 0 : sent;
	for (unsigned i = (unsigned)sent; i < count; i++)
		slot_of(w, w->next + i)->is_out = false;
	w->tally.refused += count - (unsigned)sent;
	w->next = (w->next + (unsigned)sent) % CROWD_NUMBERS;
	w->waiting += (unsigned)sent;
	w->tally.total += (unsigned)sent;
	if (w->is_measuring)
		w->tally.sent += (unsigned)sent;
}

/* --- what comes back --- */

static uint64_t stamp_of(struct msghdr *m, uint64_t otherwise_ns)
{
	struct cmsghdr *c = m->msg_controllen ? CMSG_FIRSTHDR(m) : NULL;
	struct timespec at;

	if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SO_TIMESTAMPNS)
		return otherwise_ns;
	memcpy(&at, CMSG_DATA(c), sizeof(at));
	return (uint64_t)at.tv_sec * second_ns + (uint64_t)at.tv_nsec;
}

static void match(struct worker *w, struct span answer, uint64_t at_ns)
{
	struct tally *t = &w->tally;
	uint32_t number;
	struct slot *s;

	if (!crowd_number(&w->crowd, answer, &number) || !slot_of(w, number)->is_known ||
		slot_of(w, number)->number != number) {
		t->strange++;
		return;
	}
	s = slot_of(w, number);
	if (!crowd_answer_is_right(&w->crowd, answer, number, &w->plan->hops[s->hop])) {
		t->wrong++;
		return;
	}
	if (!s->is_out) {
		t->duplicate++; /* or later than we were ready to wait */
		return;
	}
	s->is_out = false;
	w->waiting--;
	t->answers += w->is_measuring;
	if (!s->is_measured)
		return;
	t->answered++;
	histogram_add(&t->latency, at_ns > s->sent_ns ? at_ns - s->sent_ns : 0);
}

static bool receive(struct worker *w)
{
	uint64_t now_ns;
	int count;

	for (int i = 0; i < BATCH; i++) {
		w->in_messages[i].msg_hdr.msg_control = w->plan->rate > 0 ? w->stamps[i] : NULL;
		w->in_messages[i].msg_hdr.msg_controllen = w->plan->rate > 0 ? STAMP_ROOM : 0;
	}
	count = recvmmsg(w->in, w->in_messages, BATCH, MSG_DONTWAIT, NULL);
	if (count <= 0)
		return false;
	now_ns = clock_ns();
	for (int i = 0; i < count; i++)
		match(w, span_of(w->answers[i], w->in_messages[i].msg_len),
			stamp_of(&w->in_messages[i].msg_hdr, now_ns));
	return true;
}

/* --- pace --- */

/*
 * Never waits for the socket: whoever delivers a packet would have to wake us,
 * and the kernel delivers on the account of him who sent it, which is uturnd.
 */
static void wait_until(uint64_t at_ns)
{
	uint64_t now_ns = clock_ns();
	uint64_t rest_ns = at_ns > now_ns ? at_ns - now_ns : 0;

	clock_nanosleep(CLOCK_MONOTONIC, 0,
		&(struct timespec){ (time_t)(rest_ns / second_ns), (long)(rest_ns % second_ns) }, NULL);
}

/* As fast as answers come, `window` probes out at a time. */
static void work_window(struct worker *w, uint64_t now_ns)
{
	unsigned window = w->plan->window / w->plan->threads;
	unsigned room = w->waiting < window ? window - w->waiting : 0;

	/* small pieces would cost more system calls than packets */
	if (room >= BATCH || room >= window / 2)
		send_probes(w, room < BATCH ? room : BATCH);
	else if (!receive(w))
		wait_until(now_ns + NAP_NS);
	if (w->waiting >= window)
		retire(w, now_ns);
}

static void work_rate(struct worker *w, uint64_t now_ns)
{
	double rate = w->plan->rate / w->plan->threads;
	uint64_t due = (uint64_t)((double)(now_ns - w->start_ns) * rate / (double)second_ns);
	uint64_t sent = w->tally.total + w->tally.refused;

	if (due > sent)
		send_probes(w, due - sent < BATCH ? (unsigned)(due - sent) : BATCH);
	if (!receive(w) && due <= sent)
		wait_until(w->start_ns + (uint64_t)((double)(sent + 1) * (double)second_ns / rate));
}

/* A consumer that answers nothing tells by a counter in shared memory how far it is. */
static void work_counter(struct worker *w, uint64_t now_ns)
{
	static _Thread_local uint64_t lost, last, moved_ns;
	uint64_t swallowed = atomic_load_explicit(w->plan->swallowed, memory_order_relaxed) / w->plan->threads;
	unsigned window = w->plan->window / w->plan->threads;

	if (swallowed != last || !moved_ns)
		moved_ns = now_ns;
	last = swallowed;
	if (w->next < swallowed + lost + window)
		send_probes(w, BATCH);
	else if (now_ns - moved_ns > STALL_NS)
		lost = w->next - swallowed;
	else
		wait_until(now_ns + NAP_NS);
}

static void *work(void *owner)
{
	struct worker *w = owner;
	const struct plan *p = w->plan;
	uint64_t now_ns, swallowed = 0;

	while ((now_ns = clock_ns()) < w->end_ns) {
		if (!w->is_measuring && now_ns >= w->from_ns && p->swallowed)
			swallowed = *p->swallowed;
		w->is_measuring = now_ns >= w->from_ns;
		if (p->swallowed)
			work_counter(w, now_ns);
		else if (p->rate > 0)
			work_rate(w, now_ns);
		else
			work_window(w, now_ns);
	}
	w->is_measuring = false;
	if (p->swallowed) {
		w->tally.answers = (*p->swallowed - swallowed) / p->threads;
		usleep(LOST_NS / 1000 / 5); /* what is still in the queue was not lost */
		w->tally.answered = (*p->swallowed - swallowed) / p->threads;
		return NULL;
	}
	while (clock_ns() < w->end_ns + LOST_NS && w->waiting)
		if (!receive(w))
			wait_until(clock_ns() + NAP_NS);
	return NULL;
}

/* --- all together --- */

static struct worker *make_worker(const struct plan *p, unsigned index, uint64_t start_ns)
{
	struct worker *w = calloc(1, sizeof(*w));

	if (!w || !(w->slots = calloc(RING, sizeof(*w->slots))))
		fail("memory");
	w->plan = p;
	w->crowd = p->crowd;
	w->crowd.first = 1 + index;
	w->crowd.step = p->threads;
	w->crowd.count = p->crowd.count / p->threads;
	w->start_ns = start_ns;
	w->from_ns = start_ns + (uint64_t)(p->warm_up * 1e9);
	w->end_ns = w->from_ns + (uint64_t)(p->seconds * 1e9);
	open_sockets(w);
	prepare_messages(w);
	return w;
}

static void add(struct tally *into, const struct tally *t)
{
	into->total += t->total;
	into->sent += t->sent;
	into->answered += t->answered;
	into->answers += t->answers;
	into->wrong += t->wrong;
	into->duplicate += t->duplicate;
	into->strange += t->strange;
	into->refused += t->refused;
	histogram_merge(&into->latency, &t->latency);
}

/* Of all threads, and of what the kernel did on their account: the forward path. */
static double cpu_us(void)
{
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 +
		(double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static void report(const struct plan *p, const struct tally *t)
{
	uint64_t answered = t->answered < t->sent ? t->answered : t->sent;

	printf("{\"total\":%llu,\"sent\":%llu,\"answered\":%llu,\"answered_share\":%.5f,\"wrong\":%llu,\"duplicate\":%llu,"
	       "\"strange\":%llu,\"refused\":%llu,\"answers_per_s\":%.0f,\"cpu_us\":%.0f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"max_us\":%.1f}\n",
		(unsigned long long)t->total, (unsigned long long)t->sent, (unsigned long long)answered,
		t->sent ? (double)answered / (double)t->sent : 0, (unsigned long long)t->wrong,
		(unsigned long long)t->duplicate, (unsigned long long)t->strange, (unsigned long long)t->refused,
		(double)t->answers / p->seconds, cpu_us(), (double)histogram_quantile(&t->latency, 0.5) / 1e3,
		(double)histogram_quantile(&t->latency, 0.99) / 1e3, (double)t->latency.max_ns / 1e3);
}

int main(int argc, char **argv)
{
	struct worker *workers[THREADS_MAX];
	pthread_t threads[THREADS_MAX];
	struct plan plan;
	struct tally all = { 0 };

	plan_read(&plan, argc, argv);
	for (unsigned i = 0; i < plan.threads; i++)
		workers[i] = make_worker(&plan, i, clock_ns());
	for (unsigned i = 0; i < plan.threads; i++)
		if (pthread_create(&threads[i], NULL, work, workers[i]))
			fail("thread");
	for (unsigned i = 0; i < plan.threads; i++) {
		pthread_join(threads[i], NULL);
		add(&all, &workers[i]->tally);
	}
	report(&plan, &all);
	return 0;
}
