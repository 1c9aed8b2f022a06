"""Who may do what: API keys and passwords, of which the database holds hashes, sessions, and how often one may ask."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
import time
from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from realfake.service import audit
from realfake.service.database import Database
from realfake.service.errors import Forbidden, NotFound, TooMany, Unauthenticated, Unprocessable
from realfake.service.schema import KEYS, SESSIONS, USERS

SUBMIT, REVIEW, ADMIN = "submit", "review", "admin"
SCOPES = (SUBMIT, REVIEW, ADMIN)
ROLES = {"review": frozenset({SUBMIT, REVIEW}), "admin": frozenset(SCOPES)}  # of people
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")
SHORTEST = 12  # characters of a password
LONGEST = 200
SESSION = 12 * 3600.0  # seconds
KEY_PREFIX = "rfk_"
LOGINS_PER_MINUTE = 10  # for one name and for one address
LOCAL = "local"  # who works on a desk without authentication, which only this machine reaches


@dataclass(frozen=True)
class Caller:
    """Somebody whom the desk knows, and what they may do.

    Attributes
    ----------
    csrf : what a change must bring along where the caller is known by a cookie; empty where by a key
    """

    name: str
    scopes: frozenset[str]
    csrf: str = ""
    is_person: bool = True

    def needs(self, scope: str) -> None:
        """Refuse who may not.

        Raises
        ------
        Forbidden
            If the caller lacks the scope.
        """
        if scope not in self.scopes:
            raise Forbidden(f"this needs the scope {scope!r}, which {self.name} does not have")

    def proves(self, token: str) -> None:
        """Refuse a change that a page of somebody else may have asked the browser for.

        Raises
        ------
        Forbidden
            If the token is not the one of the session.
        """
        if self.csrf and not hmac.compare_digest(self.csrf.encode(), token.encode("utf-8", "replace")):
            raise Forbidden("the page is too old or from elsewhere; load it again")


class Access:
    """Keys, people and sessions of one database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._hasher = PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_hex(16))  # so that an unknown name takes as long as a known one
        self._local = Caller(LOCAL, frozenset(SCOPES), secrets.token_hex(32))
        self._logins = Limiter(LOGINS_PER_MINUTE)
        self._guarded = False

    @property
    def open(self) -> bool:
        """Whether nobody is asked who they are, as there never was a person or a key, here or at another instance."""
        if not self._guarded:
            with self.database.read() as connection:
                known = [connection.execute(sa.select(table).limit(1)).first() for table in (USERS, KEYS)]
            self._guarded = any(known)
        return not self._guarded

    def set_user(self, name: str, password: str, role: str, who: str) -> None:
        """Let a person in, or change their password and role; their sessions end.

        Raises
        ------
        Unprocessable
            If the name, the password or the role will not do.
        """
        _check_name(name)
        if not SHORTEST <= len(password) <= LONGEST:
            raise Unprocessable(f"a password has {SHORTEST} to {LONGEST} characters")
        if role not in ROLES:
            raise Unprocessable(f"there is no role {role[:40]!r}; choose from {', '.join(ROLES)}")
        row = {"name": name, "password": self._hasher.hash(password), "role": role, "since": time.time()}
        with self.database.write() as connection:
            connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.user == name))
            connection.execute(sa.delete(USERS).where(USERS.c.name == name))
            connection.execute(sa.insert(USERS).values(**row))
            audit.append(self.database, connection, who, "user", name, role=role)
        self._guarded = True

    def has_password(self, name: str, password: str) -> bool:
        """Whether a person is known and has this password."""
        with self.database.read() as connection:
            user = connection.execute(sa.select(USERS).where(USERS.c.name == name)).one_or_none()
        try:
            return self._hasher.verify(user.password if user else self._nobody, password[:LONGEST]) and user is not None
        except (VerifyMismatchError, InvalidHashError):
            return False

    def remove(self, kind: str, name: str, who: str) -> None:
        """Shut out a person (`user`) or take a key back (`key`).

        Raises
        ------
        NotFound
            If there is none of that name.
        """
        table = {"user": USERS, "key": KEYS}[kind]
        with self.database.write() as connection:
            if not connection.execute(sa.delete(table).where(table.c.name == name)).rowcount:
                raise NotFound(f"there is no {kind} {name[:64]!r}")
            audit.append(self.database, connection, who, f"{kind} removed", name)

    def make_key(self, name: str, scopes: frozenset[str], who: str) -> str:
        """A new API key, which is shown this once; an older one of the same name ends.

        Raises
        ------
        Unprocessable
            If the name or a scope will not do.
        """
        _check_name(name)
        if not scopes or not scopes <= set(SCOPES):
            raise Unprocessable(f"a key has one or more of the scopes {', '.join(SCOPES)}")
        key = KEY_PREFIX + secrets.token_urlsafe(32)
        row = {"name": name, "token": _digest(key), "scopes": " ".join(sorted(scopes)), "since": time.time()}
        with self.database.write() as connection:
            connection.execute(sa.delete(KEYS).where(KEYS.c.name == name))
            connection.execute(sa.insert(KEYS).values(**row))
            audit.append(self.database, connection, who, "key", name, scopes=row["scopes"])
        self._guarded = True
        return key

    def log_in(self, name: str, password: str, address: str) -> str:
        """The cookie of a new session.

        Raises
        ------
        TooMany
            After too many tries for a name or from an address.
        Unauthenticated
            If the name or the password is wrong; which of both is not said.
        """
        for whom in (f"name {name[:64]}", f"address {address}"):
            self._logins.count(whom)
        known = self.has_password(name, password)
        with self.database.write() as connection:
            if not known:
                audit.append(self.database, connection, "nobody", "log in refused", "")
            else:
                cookie, now = secrets.token_urlsafe(32), time.time()
                row = {"token": _digest(cookie), "user": name, "csrf": secrets.token_hex(32), "expires": now + SESSION}
                connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.expires < now))
                connection.execute(sa.insert(SESSIONS).values(**row))
                audit.append(self.database, connection, name, "log in", name)
        if not known:
            raise Unauthenticated("the name or the password is wrong")
        return cookie

    def log_out(self, cookie: str) -> None:
        """End a session."""
        with self.database.write() as connection:
            connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.token == _digest(cookie)))

    def by_key(self, key: str) -> Caller:
        """Who holds a key.

        Raises
        ------
        Unauthenticated
            If nobody does.
        """
        with self.database.read() as connection:
            row = connection.execute(sa.select(KEYS).where(KEYS.c.token == _digest(key))).one_or_none()
        if row is None:
            raise Unauthenticated("the API key is not known; ask an administrator for one")
        return Caller(row.name, frozenset(row.scopes.split()), is_person=False)

    def by_cookie(self, cookie: str) -> Caller:
        """Whose session a cookie belongs to; whoever works on an open desk needs none.

        Raises
        ------
        Unauthenticated
            If there is no such session any more.
        """
        if self.open:
            return self._local
        joined = sa.select(SESSIONS, USERS.c.role).join(USERS, SESSIONS.c.user == USERS.c.name)
        mine = (SESSIONS.c.token == _digest(cookie)) & (SESSIONS.c.expires > time.time())
        with self.database.read() as connection:
            row = connection.execute(joined.where(mine)).one_or_none() if cookie else None
        if row is None:
            raise Unauthenticated("log in first, or send an API key as: Authorization: Bearer KEY")
        return Caller(row.user, ROLES[row.role], row.csrf)


class Limiter:
    """Counts of what each caller asks in the current minute.

    Parameters
    ----------
    most : times in a minute
    """

    def __init__(self, most: int) -> None:
        self._most, self._minute = most, 0
        self._counts = Counter[str]()
        self._lock = threading.Lock()

    def count(self, whom: str) -> None:
        """Count one more.

        Raises
        ------
        TooMany
            If it is one too many.
        """
        minute = int(time.time() // 60)
        with self._lock:
            if minute != self._minute:
                self._minute = minute
                self._counts.clear()
            self._counts[whom] += 1
            if self._counts[whom] > self._most:
                raise TooMany(f"more than {self._most} requests in a minute; wait until the next one")


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise Unprocessable("a name has 1 to 64 letters, digits and _.@- and begins with a letter or digit")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
