/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "io/queue.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "common/clock.h"
#include "common/log.h"
#include "io/queue_length.h"
#include "packet/reason.h"

enum {
	BURST = 64, /* packets per read */
	COPY_RANGE = 9216, /* bytes of a packet; a longer one is not a probe */
	MESSAGE_SIZE = COPY_RANGE + 1024 + 192, /* with its netlink attributes; not all in the same sets of the cache */
	STALE_MS = 500, /* a packet that has waited longer is dropped */
	STEP_MS = 60 * 1000, /* unless it seems to have waited this long: then the clock was set */
	RECEIVE_BUFFER = 16 << 20,
};

struct queue {
	struct mnl_socket *netlink;
	uint16_t number;
	queue_handler handler; /* NULL while the queue is being opened */
	void *owner;
	uint64_t *counters;
	struct log_limit overrun, bad_message, broken;
	uint32_t sequence; /* of our last request */
	struct queue_length length;
	struct mmsghdr messages[BURST];
	struct iovec vectors[BURST];
	uint8_t (*buffers)[MESSAGE_SIZE];
	uint64_t now_ns; /* start of this burst, by the clock of the packets' time stamps */
	unsigned taken; /* packets up to last_id, whose verdict is still to be sent, as one batch */
	uint32_t last_id;
};

static void bad_message(struct queue *q, const char *why)
{
	q->counters[REASON_QUEUE_MESSAGE]++;
	log_limited(&q->bad_message, LOG_LEVEL_WARNING, "queue %u: netlink message: %s", q->number, why);
}

static void give_verdict(struct queue *q, uint16_t kind, uint32_t id, int verdict)
{
	char room[256];
	struct nlmsghdr *message = nfq_nlmsg_put(room, kind, q->number);

	nfq_nlmsg_verdict_put(message, (int)id, verdict);
	if (mnl_socket_sendto(q->netlink, message, message->nlmsg_len) < 0)
		bad_message(q, strerror(errno));
}

/* One message for all: the batch verdict drops every packet up to the last one that was taken. */
void queue_settle_all(struct queue *q)
{
	if (q->taken)
		give_verdict(q, NFQNL_MSG_VERDICT_BATCH, q->last_id, NF_DROP);
	q->taken = 0;
}

/* Where probes come one by one, a verdict each would be every fourth system call. */
void queue_settle(struct queue *q)
{
	if (q->taken >= QUEUE_SETTLE)
		queue_settle_all(q);
}

bool queue_is_settled(const struct queue *q)
{
	return !q->taken;
}

/*
 * This process may have been stopped for a while, and an answer after the
 * prober's timeout is useless. The kernel gives the time of arrival if any
 * socket of this host asks for time stamps, as our capture does.
 */
static bool is_stale(const struct nlattr *stamp, uint64_t now_ns)
{
	struct nfqnl_msg_packet_timestamp at;
	uint64_t at_ns, age_ms;

	if (!stamp || mnl_attr_validate2(stamp, MNL_TYPE_UNSPEC, sizeof(at)))
		return false;
	memcpy(&at, mnl_attr_get_payload(stamp), sizeof(at));
	at_ns = be64toh(at.sec) * 1000000000 + be64toh(at.usec) * 1000;
	age_ms = now_ns > at_ns ? (now_ns - at_ns) / 1000000 : 0;
	return age_ms > STALE_MS && age_ms < STEP_MS;
}

static bool is_taken(struct queue *q, const struct nlattr **attributes)
{
	struct span packet = span_of(NULL, 0);

	if (!q->handler)
		return false;
	if (is_stale(attributes[NFQA_TIMESTAMP], q->now_ns)) {
		q->counters[REASON_QUEUE_STALE]++;
		return true;
	}
	if (attributes[NFQA_PAYLOAD])
		packet = span_of(mnl_attr_get_payload(attributes[NFQA_PAYLOAD]),
			mnl_attr_get_payload_len(attributes[NFQA_PAYLOAD]));
	return q->handler(q->owner, packet);
}

/* nfq_nlmsg_parse() would validate thirty attributes for every packet; three are read. */
static void find_attributes(const struct nlmsghdr *message, const struct nlattr *attributes[NFQA_MAX + 1])
{
	const struct nlattr *attribute;

	mnl_attr_for_each(attribute, message, sizeof(struct nfgenmsg)) {
		uint16_t type = mnl_attr_get_type(attribute);

		if (type <= NFQA_MAX)
			attributes[type] = attribute;
	}
}

static int on_message(const struct nlmsghdr *message, void *owner)
{
	const struct nlattr *attributes[NFQA_MAX + 1] = { 0 };
	struct queue *q = owner;
	const struct nfqnl_msg_packet_hdr *header;

	find_attributes(message, attributes);
	if (!attributes[NFQA_PACKET_HDR] ||
		mnl_attr_validate2(attributes[NFQA_PACKET_HDR], MNL_TYPE_UNSPEC, sizeof(*header))) {
		bad_message(q, "no packet header");
		return MNL_CB_OK;
	}
	header = mnl_attr_get_payload(attributes[NFQA_PACKET_HDR]);
	if (is_taken(q, attributes)) {
		q->taken++;
		q->last_id = ntohl(header->packet_id);
	} else {
		/* at once: a batch up to a later packet would drop this one too */
		give_verdict(q, NFQNL_MSG_VERDICT, ntohl(header->packet_id), NF_ACCEPT);
	}
	return MNL_CB_OK;
}

/*
 * Sends a request and waits for the kernel's acknowledgement. A queue that is
 * bound already may deliver packets before it: they are accepted unread.
 */
static int ask(struct queue *q, struct nlmsghdr *request)
{
	ssize_t len;
	int status;

	request->nlmsg_flags |= NLM_F_ACK;
	request->nlmsg_seq = ++q->sequence;
	if (mnl_socket_sendto(q->netlink, request, request->nlmsg_len) < 0)
		return -errno;
	do {
		const struct nlmsghdr *answer = (const struct nlmsghdr *)q->buffers[0];

		len = mnl_socket_recvfrom(q->netlink, q->buffers[0], MESSAGE_SIZE);
		if (len < 0)
			return -errno;
		status = MNL_CB_OK;
		if (answer->nlmsg_type == NLMSG_ERROR && answer->nlmsg_seq == q->sequence)
			status = mnl_cb_run(answer, (size_t)len, q->sequence, mnl_socket_get_portid(q->netlink), NULL,
				NULL);
		else
			mnl_cb_run(answer, (size_t)len, 0, 0, on_message, q);
	} while (status == MNL_CB_OK);
	return status == MNL_CB_STOP ? 0 : -errno;
}

static int bind_queue(struct queue *q)
{
	char room[1024];
	struct nlmsghdr *request;
	int err;

	request = nfq_nlmsg_put(room, NFQNL_MSG_CONFIG, q->number);
	nfq_nlmsg_cfg_put_cmd(request, AF_UNSPEC, NFQNL_CFG_CMD_BIND);
	err = ask(q, request);
	if (err)
		return err == -EPERM ? -EBUSY : err; /* not for want of the capability, which main.c has checked */
	request = nfq_nlmsg_put(room, NFQNL_MSG_CONFIG, q->number);
	nfq_nlmsg_cfg_put_params(request, NFQNL_COPY_PACKET, COPY_RANGE);
	nfq_nlmsg_cfg_put_qmaxlen(request, q->length.packets);
	return ask(q, request);
}

/* Without an acknowledgement: if the kernel refuses, the old length will do. */
static void tell_length(struct queue *q)
{
	char room[256];
	struct nlmsghdr *request = nfq_nlmsg_put(room, NFQNL_MSG_CONFIG, q->number);

	nfq_nlmsg_cfg_put_qmaxlen(request, q->length.packets);
	if (mnl_socket_sendto(q->netlink, request, request->nlmsg_len) < 0)
		bad_message(q, strerror(errno));
}

static int open_socket(struct queue *q)
{
	unsigned size = RECEIVE_BUFFER;
	int fd;

	q->netlink = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
	if (!q->netlink)
		return -errno;
	if (mnl_socket_bind(q->netlink, 0, MNL_SOCKET_AUTOPID) < 0)
		return -errno;
	fd = mnl_socket_get_fd(q->netlink);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)); /* overruns earlier, which is counted */
	return 0;
}

/* Once: recvmmsg() writes into them nothing that it reads. */
static int make_room(struct queue *q)
{
	q->buffers = calloc(BURST, sizeof(*q->buffers));
	if (!q->buffers)
		return -ENOMEM;
	for (unsigned i = 0; i < BURST; i++) {
		q->vectors[i] = (struct iovec){ q->buffers[i], MESSAGE_SIZE };
		q->messages[i].msg_hdr = (struct msghdr){ .msg_iov = &q->vectors[i], .msg_iovlen = 1 };
	}
	return 0;
}

int queue_open(struct queue **made, uint16_t number, queue_handler handler, void *owner, uint64_t *counters, char *why,
	size_t why_size)
{
	struct queue *q = calloc(1, sizeof(*q));
	int err;

	if (!q)
		return -ENOMEM;
	q->number = number;
	q->owner = owner;
	q->counters = counters;
	q->length.packets = QUEUE_LENGTH_START;
	err = make_room(q);
	if (!err)
		err = open_socket(q);
	if (!err)
		err = bind_queue(q);
	if (!err) {
		q->handler = handler;
		*made = q;
		return 0;
	}
	if (err == -EBUSY)
		snprintf(why, why_size,
			"queue %u: taken by another program (another uturnd?): stop it, "
			"or choose another number with 'queue N'",
			number);
	else
		snprintf(why, why_size, "queue %u: %s%s", number, strerror(-err),
			err == -EPROTONOSUPPORT || err == -EINVAL ? " (is nfnetlink_queue in this kernel?)" : "");
	queue_close(q);
	return err;
}

void queue_close(struct queue *q)
{
	if (!q)
		return;
	if (q->netlink)
		mnl_socket_close(q->netlink); /* the kernel unbinds the queue and drops its packets */
	free(q->buffers);
	free(q);
}

int queue_fd(const struct queue *q)
{
	return mnl_socket_get_fd(q->netlink);
}

/* A read has failed; true: there may be more to read. */
static bool read_failed(struct queue *q, int err)
{
	if (err == ENOBUFS) {
		q->counters[REASON_QUEUE_OVERRUN]++;
		log_limited(&q->overrun, LOG_LEVEL_WARNING,
			"queue %u: receive buffer overrun, probes are lost (this host is overloaded)", q->number);
	} else if (err != EAGAIN && err != EINTR) {
		log_limited(&q->broken, LOG_LEVEL_WARNING, "queue %u: %s", q->number, strerror(err));
	}
	return err == ENOBUFS || err == EINTR;
}

bool queue_work(struct queue *q)
{
	int count = recvmmsg(queue_fd(q), q->messages, BURST, MSG_DONTWAIT, NULL);
	if (count < 0)
		return read_failed(q, errno);
	q->now_ns = clock_ns(CLOCK_REALTIME);
	for (int i = 0; i < count; i++)
		if (mnl_cb_run(q->buffers[i], q->messages[i].msg_len, 0, 0, on_message, q) < 0)
			bad_message(q, strerror(errno));
	if (queue_length_fit(&q->length, clock_ns(CLOCK_MONOTONIC), (unsigned)count, count == BURST))
		tell_length(q);
	return count == BURST;
}
