/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "raw/capture.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <pcap/pcap.h>
#include <pcap/sll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "common/clock.h"
#include "common/log.h"
#include "packet/reason.h"

enum {
	FILTER_SIZE = 1024,
	SNAP_LENGTH = 1600, /* a longer error can't be verified, and no router needs to send one */
	BUFFER_SIZE = 2560 << 10, /* some 1,500 errors */
	BURST = 256, /* packets per call */
	ETHERNET_HEADER = 14,
	COMPARED = 64, /* bytes of a packet: they include its checksums, which cover all of it */
};
enum { TAG_8021Q = 0x8100, TAG_8021AD = 0x88a8, TYPE_SIZE = 2, TAG_NUMBER = 0x0fff };

/*
 * Destination Unreachable and Time Exceeded, and IPv6 Packet Too Big and
 * Parameter Problem. libpcap can't look behind an IPv6 extension header, nor do we.
 */
#define ERRORS4 "icmp and (icmp[0] = 3 or icmp[0] = 11)"
#define ERRORS6 "ip6 and ip6[6] = 58 and ip6[40] >= 1 and ip6[40] <= 4"

/* In the quoted header, 8 bytes behind the error's own: its tag, and whether its protocol is TCP. */
#define TAG4 "icmp[12:2]"
#define TAG6 "ip6[48:4]"
#define TCP4 "icmp[17] = 6"
#define TCP6 "ip6[54] = 6"

/* Echo replies, and RST and SYN+ACK with an acknowledgement; twice the first and last port that probes come from. */
#define REPLIES \
	"(icmp and icmp[0] = 0) or (ip6 and ip6[6] = 58 and ip6[40] = 129) or " \
	"(ip and tcp dst portrange %u-%u and tcp[13] & 16 != 0 and tcp[13] & 6 != 0) or " \
	"(ip6 and ip6[6] = 6 and ip6[42:2] >= %u and ip6[42:2] <= %u and ip6[53] & 16 != 0 and ip6[53] & 6 != 0)"
#define DATAGRAMS \
	" or (ip and udp dst portrange %u-%u) or (ip6 and ip6[6] = 17 and ip6[42:2] >= %u and ip6[42:2] <= %u)"

static const uint64_t second_ns = 1000000000;

/* What the last packet looked like, to recognize a copy of it. */
struct seen {
	struct timeval stamp;
	size_t size; /* bytes */
	uint8_t head[COMPARED];
};

struct capture {
	pcap_t *pcap;
	size_t link_header;
	capture_handler handler;
	void *owner;
	uint64_t *counters;
	struct capture_filter filter;
	uint64_t now_ns; /* start of this burst, by the clock of the packets' time stamps */
	struct seen seen;
	unsigned dropped; /* total of the last pcap_stats() */
	struct log_limit overrun;
};

static int link_header_size(pcap_t *pcap, size_t *size)
{
	switch (pcap_datalink(pcap)) {
	case DLT_LINUX_SLL:
		*size = SLL_HDR_LEN;
		return 0;
	case DLT_EN10MB:
		*size = ETHERNET_HEADER;
		return 0;
	case DLT_RAW:
		*size = 0;
		return 0;
	}
	return -EPROTONOSUPPORT;
}

/* The condition on the quoted tag, of so many bits; "" where any tag will do. */
static void write_tags(const struct capture_filter *f, const char *tag, unsigned bits, const char *tcp,
	char text[FILTER_SIZE])
{
	unsigned ones = (1U << f->tag_bits) - 1, low = bits - f->tag_bits;
	char rest[64] = "";

	*text = '\0';
	if (f->tag_rest && f->tag_rest <= ones)
		snprintf(rest, sizeof(rest), " or %s & %u >= %u", tag, ones << low, f->tag_rest << low);
	if (f->tag_bits)
		snprintf(text, FILTER_SIZE, " and (%s & %u = %u%s%s%s)", tag, ones << low, f->tag_start << low, rest,
			f->takes_tcp ? " or " : "", f->takes_tcp ? tcp : "");
}

/* "" where no replies are asked for. */
static void write_replies(const struct capture_filter *f, char text[FILTER_SIZE])
{
	const unsigned first = f->reply_first, last = f->reply_last;
	int len = 0;

	*text = '\0';
	if (first)
		len = snprintf(text, FILTER_SIZE, " or " REPLIES, first, last, first, last);
	if (first && f->takes_udp)
		snprintf(text + len, FILTER_SIZE - (size_t)len, DATAGRAMS, first, last, first, last);
}

static int set_filter(pcap_t *pcap, const struct capture_filter *f)
{
	char tags4[FILTER_SIZE], tags6[FILTER_SIZE], replies[FILTER_SIZE], text[4 * FILTER_SIZE];
	struct bpf_program program;
	int status;

	write_tags(f, TAG4, 16, TCP4, tags4);
	write_tags(f, TAG6, 20, TCP6, tags6);
	write_replies(f, replies);
	snprintf(text, sizeof(text), "(" ERRORS4 "%s) or (" ERRORS6 "%s)%s", tags4, tags6, replies);
	if (pcap_compile(pcap, &program, text, 1, PCAP_NETMASK_UNKNOWN))
		return -1;
	status = pcap_setfilter(pcap, &program);
	pcap_freecode(&program);
	return status;
}

/* Immediate mode: a buffered capture would add whole timeouts to every hop. */
static int activate(pcap_t *pcap, const struct capture_filter *filter)
{
	char unused[PCAP_ERRBUF_SIZE];
	int on = 1;
	int status;

	pcap_set_snaplen(pcap, SNAP_LENGTH);
	pcap_set_promisc(pcap, 0);
	pcap_set_immediate_mode(pcap, 1);
	/* Nanoseconds make the kernel stamp every packet on arrival (SO_TIMESTAMPNS): those of the queue have an age, too. */
	pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO); /* microseconds where it is not supported */
	pcap_set_buffer_size(pcap, BUFFER_SIZE);
	status = pcap_activate(pcap);
	if (status < 0)
		return status == PCAP_ERROR_PERM_DENIED ? -EPERM : status == PCAP_ERROR_NO_SUCH_DEVICE ? -ENODEV : -EIO;
	if (set_filter(pcap, filter) || pcap_setnonblock(pcap, 1, unused))
		return -EIO;
	/*
	 * Packets that this host sends are not wanted. libpcap drops them late,
	 * the kernel (since 4.20) before they are copied; where neither can, they
	 * match no flight.
	 */
	pcap_setdirection(pcap, PCAP_D_IN);
	setsockopt(pcap_fileno(pcap), SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on));
	return 0;
}

int capture_open(struct capture **made, const char *interface, const struct capture_filter *filter,
	capture_handler handler, void *owner, uint64_t *counters, char *why, size_t why_size)
{
	const char *device = *interface ? interface : "any";
	char error[PCAP_ERRBUF_SIZE] = "";
	struct capture *c = calloc(1, sizeof(*c));
	int err = -ENOMEM;

	if (!c)
		return -ENOMEM;
	*c = (struct capture){ .handler = handler, .owner = owner, .counters = counters, .filter = *filter };
	c->pcap = pcap_create(device, error);
	if (!c->pcap)
		snprintf(why, why_size, "capture on %s: %s", device, error);
	else
		err = activate(c->pcap, filter);
	if (!err) {
		err = link_header_size(c->pcap, &c->link_header);
		if (err)
			snprintf(why, why_size, "capture on %s: link type %s is not supported", device,
				pcap_datalink_val_to_name(pcap_datalink(c->pcap)));
	} else if (c->pcap) {
		snprintf(why, why_size, "capture on %s: %s%s", device, pcap_geterr(c->pcap),
			err == -EPERM ? " (needs CAP_NET_RAW)" : "");
	}
	if (!err) {
		*made = c;
		return 0;
	}
	capture_close(c);
	return err;
}

void capture_close(struct capture *c)
{
	if (!c)
		return;
	if (c->pcap)
		pcap_close(c->pcap);
	free(c);
}

static bool is_same(const struct capture_filter *a, const struct capture_filter *b)
{
	return a->tag_bits == b->tag_bits && a->tag_start == b->tag_start && a->tag_rest == b->tag_rest &&
		a->takes_tcp == b->takes_tcp && a->reply_first == b->reply_first && a->reply_last == b->reply_last &&
		a->takes_udp == b->takes_udp;
}

void capture_set_filter(struct capture *c, const struct capture_filter *filter)
{
	if (!c || is_same(&c->filter, filter))
		return;
	c->filter = *filter;
	if (set_filter(c->pcap, filter))
		log_warning("capture: cannot set the filter: %s", pcap_geterr(c->pcap));
}

int capture_fd(const struct capture *c)
{
	return pcap_get_selectable_fd(c->pcap);
}

static uint64_t age_of(const struct capture *c, const struct timeval *stamp)
{
	uint64_t unit_ns = pcap_get_tstamp_precision(c->pcap) == PCAP_TSTAMP_PRECISION_NANO ? 1 : 1000;
	uint64_t stamp_ns = (uint64_t)stamp->tv_sec * second_ns + (uint64_t)stamp->tv_usec * unit_ns;

	return clock_age_ns(stamp_ns, c->now_ns);
}

/*
 * Finds the packet behind the link-layer header, which ends with the protocol
 * and VLAN tags: the kernel strips them, and libpcap puts the outer one back.
 * VLAN 0 is a priority alone (IEEE 802.1Q 6.9); a packet of any other VLAN is
 * seen again without the tag on the VLAN's own interface, if there is one.
 */
static bool find_packet(const struct capture *c, struct span frame, struct span *packet)
{
	struct cursor rest = cursor_of(frame);
	uint16_t protocol;

	if (c->link_header) {
		cursor_skip(&rest, c->link_header - TYPE_SIZE);
		protocol = cursor_u16(&rest);
		while (protocol == TAG_8021Q || protocol == TAG_8021AD) {
			if (cursor_u16(&rest) & TAG_NUMBER)
				return false;
			protocol = cursor_u16(&rest);
		}
	}
	*packet = rest.rest;
	return !rest.short_read;
}

/*
 * A packet is captured on its interface and again on each one on top of it, such
 * as a bridge or a bond, always with the time stamp of its arrival.
 */
static bool is_copy(struct seen *s, const struct pcap_pkthdr *header, struct span packet)
{
	struct span head = span_head(packet, COMPARED);
	bool is_again = header->ts.tv_sec == s->stamp.tv_sec && header->ts.tv_usec == s->stamp.tv_usec &&
		packet.len == s->size && memcmp(head.at, s->head, head.len) == 0;

	s->stamp = header->ts;
	s->size = packet.len;
	memcpy(s->head, head.at, head.len);
	return is_again;
}

static void on_packet(u_char *owner, const struct pcap_pkthdr *header, const u_char *bytes)
{
	struct capture *c = (struct capture *)owner;
	struct span packet;

	if (find_packet(c, span_of(bytes, header->caplen), &packet) && !is_copy(&c->seen, header, packet))
		c->handler(c->owner, packet, age_of(c, &header->ts));
}

int capture_work(struct capture *c)
{
	c->now_ns = clock_ns(CLOCK_REALTIME);
	if (pcap_dispatch(c->pcap, BURST, on_packet, (u_char *)c) >= 0)
		return 0;
	/* "any" survives an interface that goes down: reading the error clears it */
	log_debug("capture: %s", pcap_geterr(c->pcap));
	return -EIO;
}

void capture_count_drops(struct capture *c)
{
	struct pcap_stat now;

	if (pcap_stats(c->pcap, &now))
		return;
	if (now.ps_drop != c->dropped)
		log_limited(&c->overrun, LOG_LEVEL_WARNING,
			"capture: receive buffer overrun, ICMP errors are lost (this host is overloaded)");
	c->counters[REASON_CAPTURE_DROPPED] += now.ps_drop - c->dropped;
	c->dropped = now.ps_drop;
}
